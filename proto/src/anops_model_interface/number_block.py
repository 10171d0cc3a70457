"""Columns of numbers held as one array: a row of a thousand columns is then one thing and not a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from anops_model_interface.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterator


class NumberBlock(Sequence[Column]):
    """The columns of a frame in which every one is a number.

    Attributes:
        names: The columns' names.
        values: float64, of shape (columns, rows); missing is NaN.
    """

    __slots__ = ("_columns", "names", "values")

    def __init__(self, names: tuple[str, ...], values: np.ndarray) -> None:
        """Hold columns.

        Args:
            names: Their names.
            values: float64, of shape (columns, rows).
        """
        self.names = names
        self.values = values
        self._columns: tuple[Column, ...] | None = None

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> Column: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Column, ...]: ...

    def __getitem__(self, place: int | slice) -> Column | tuple[Column, ...]:
        if isinstance(place, slice) or self._columns is not None:
            return self._all()[place]
        return Column(self.names[place], "number", self.values[place])

    def __iter__(self) -> Iterator[Column]:
        return iter(self._all())

    def take(self, start: int, stop: int) -> NumberBlock:
        """Return the rows from `start` (0-based) up to, without, `stop`."""
        return NumberBlock(self.names, self.values[:, start:stop])

    def at(self, rows: np.ndarray) -> NumberBlock:
        """Return the rows at some places (0-based, 1-D, integers), in the order given."""
        return NumberBlock(self.names, self.values[:, rows])

    def _all(self) -> tuple[Column, ...]:
        if self._columns is None:
            pairs = zip(self.names, self.values, strict=True)
            self._columns = tuple(Column(name, "number", values) for name, values in pairs)
        return self._columns


def joined(blocks: Sequence[NumberBlock]) -> NumberBlock:
    """Put the rows of blocks, of which there is at least one, and which have the same names, below each other."""
    return NumberBlock(blocks[0].names, np.concatenate([block.values for block in blocks], axis=1))
