"""Which columns of the rows the prediction log keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from anops_model_interface.frames import Warn


def columns_of(text: str) -> frozenset[str]:
    """Read names of columns: with commas between them, or as a list in JSON where a name has a comma in it.

    Raises:
        ValueError: It is no such list.
    """
    if text.strip().startswith("["):
        try:
            return frozenset(msgspec.json.decode(text, type=list[str]))
        except msgspec.DecodeError as error:
            raise ValueError(f'columns must be names with commas between them, or ["a", "b"]: {error}') from error
    return frozenset(name.strip() for name in text.split(",") if name.strip())


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """What may be kept of a row.

    Attributes:
        only: These alone; None: all.
        never: These not, whatever `only` says.
    """

    only: frozenset[str] | None = None
    never: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_all(self) -> bool:
        """Whether every column may be kept."""
        return self.only is None and not self.never

    def rows(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Return rows with what may be kept of them."""
        if self.is_all:
            return rows
        return [{name: value for name, value in row.items() if self.has(name)} for row in rows]

    def warnings(self, warnings: Iterable[Warn]) -> list[Warn]:
        """Return the warnings that may be kept: those about other columns may have their values in them."""
        if self.is_all:
            return list(warnings)
        return [each for each in warnings if each.column is not None and self.has(each.column)]

    def has(self, name: str) -> bool:
        """Say whether a column may be kept."""
        return name not in self.never and (self.only is None or name in self.only)
