"""A row whose prediction depends on the rows beside it, and how a person is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ONCE_MORE = "once more"
"""The other way of asking where the model itself is not the same each time."""
_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A row with two answers.

    Attributes:
        row: Its values by column, as JSON writes them.
        column: The column of the answer that differs; None where one of the two ways failed.
        beside: What the other way was: "alone", "in another order", "without half of the others", "once more".
        batch_rows: How many rows the batch had.
        in_batch: The answer among all rows.
        otherwise: The answer the other way.
        options: The options it was asked with, where they are not the defaults.
        failure: Why there is no answer in one of the two ways.
        fails_in_batch: Whether it is the whole batch that fails, and not the other way.
    """

    row: dict[str, Any]
    column: str | None
    beside: str
    batch_rows: int
    in_batch: Any
    otherwise: Any
    options: dict[str, Any]
    failure: str | None = None
    fails_in_batch: bool = False

    def sentence(self) -> str:
        """Tell of it in one sentence: the row, and its two answers."""
        asked = f" with {_pairs(self.options)}" if self.options else ""
        row = f"The row {_pairs(self.row)}" if self.row else "A row"
        if self.failure is not None:
            works, fails = f"among {self.batch_rows} rows", self.beside
            if self.fails_in_batch:
                works, fails = fails, works
            return f"{row} is answered {works}{asked}, and fails {fails}: {self.failure}"
        what = f" in `{self.column}`" if self.column not in {None, "prediction"} else ""
        answer, other = f"{_text(self.in_batch)}{what}{asked}", _text(self.otherwise)
        if self.beside == ONCE_MORE:
            return f"{row} is answered {answer}, and {other} when asked once more."
        return f"{row} is answered {answer} among {self.batch_rows} rows, and {other} {self.beside}."


def _pairs(values: Mapping[str, Any]) -> str:
    shown = [f"{name} = {_text(value)}" for name, value in list(values.items())[:_MOST_SHOWN]]
    more = len(values) - _MOST_SHOWN
    return f"({', '.join(shown)}{f' and {more} more' if more > 0 else ''})"


def _text(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.8g}"
    return str(value)
