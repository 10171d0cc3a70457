"""Data frames on their way between services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anops_model_interface.columns import Column
from anops_model_interface.number_block import NumberBlock
from anops_model_interface.options import OptionValue

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Column", "Frame", "OptionValue", "Warn"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A data frame on the way.

    Attributes:
        columns: The columns, each of `rows` values: a tuple, or a block of numbers.
        rows: The number of rows; it stands for itself where there are no columns.
    """

    columns: Sequence[Column]
    rows: int

    def names(self) -> tuple[str, ...]:
        """Return the columns' names in their order."""
        if isinstance(self.columns, NumberBlock):
            return self.columns.names
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def take(self, start: int, stop: int) -> Frame:
        """Return the rows from `start` (0-based) up to, without, `stop`."""
        start, stop, _ = slice(start, stop).indices(self.rows)
        rows = max(0, stop - start)
        if isinstance(self.columns, NumberBlock):
            return Frame(self.columns.take(start, start + rows), rows)
        return Frame(tuple(column.take(start, start + rows) for column in self.columns), rows)

    def at(self, rows: Sequence[int] | np.ndarray) -> Frame:
        """Return the rows at some places (0-based, 1-D, integers), in the order given."""
        places = np.asarray(rows, dtype=np.intp)
        if isinstance(self.columns, NumberBlock):
            return Frame(self.columns.at(places), len(places))
        return Frame(tuple(column.at(places) for column in self.columns), len(places))


@dataclass(frozen=True, slots=True)
class Warn:
    """A warning on its way to the caller.

    Attributes:
        message: What was warned of.
        call: The R call or Python line it came from.
        column: The column it is about.
        rows: The rows it is about, counted from 1; at most 20.
        kind: What happened to them, in a word for programs, such as `extrapolation`; empty where the model warns.
        count: How many rows it is about in all; 0 where that is not counted.
    """

    message: str
    call: str | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    kind: str = ""
    count: int = 0
