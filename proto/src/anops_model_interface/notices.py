"""What a caller is told of rows that were answered all the same, gathered over the pieces of a body."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anops_model_interface.frames import Warn

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ROWS_NAMED = 20
"""How many rows a warning names."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to rows of one column.

    Attributes:
        column: The column; empty: several.
        kind: What happened, in a word for programs; notices of one column and kind are one warning.
        count: In how many rows.
        rows: The first of them, counted from 1; at most `MAX_ROWS_NAMED`.
        values: What stands in the first rows, where the text shows that.
        text: Writes the warning.
    """

    column: str
    kind: str
    count: int
    rows: tuple[int, ...]
    text: Callable[[Notice], str]
    values: tuple[str, ...] = ()

    def warning(self) -> Warn:
        """Write the notice for the caller."""
        return Warn(self.text(self), column=self.column or None, rows=self.rows, kind=self.kind, count=self.count)


@dataclass(slots=True)
class Notices:
    """Gathers the notices of one body, in the order of their first rows.

    Attributes:
        rows_before: How many rows of the body came before those that are looked at now.
    """

    rows_before: int = 0
    _kept: dict[tuple[str, str], Notice] = field(default_factory=dict)

    def add(self, notice: Notice) -> None:
        """Take in a notice of the rows that are looked at now."""
        if self.rows_before:
            notice = replace(notice, rows=tuple(row + self.rows_before for row in notice.rows))
        key = (notice.column, notice.kind)
        first = self._kept.get(key)
        if first is not None:
            notice = replace(
                first,
                count=first.count + notice.count,
                rows=(first.rows + notice.rows)[:MAX_ROWS_NAMED],
                values=(first.values + notice.values)[:MAX_ROWS_NAMED],
            )
        self._kept[key] = notice

    def warnings(self) -> tuple[Warn, ...]:
        """Write all that was gathered for the caller."""
        return tuple(notice.warning() for notice in self._kept.values())

    def all(self) -> tuple[Notice, ...]:
        """Return all that was gathered."""
        return tuple(self._kept.values())
