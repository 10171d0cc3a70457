"""Compares the answers of a model to the same rows, but for rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.words import quoted
from anops_project.frame_json import frame_to_json

if TYPE_CHECKING:
    from anops_model_interface.frames import Column, Frame

_TOLERANCE = 1e-6
"""Relative: linear algebra adds up in another order for other sizes of a batch. A model that looks at the other rows
differs by far more."""
_SINGLE = 2e-5
"""The same for answers of which each is a number of single precision, as of ONNX graphs: they have 7 digits, of which
sums lose more."""


def row_values(frame: Frame, row: int) -> dict[str, Any]:
    """Return one row's values by column, as JSON writes them."""
    columns = frame_to_json(frame.at([row]))["columns"]
    return {name: values[0] for name, values in columns.items()}


class Comparison:
    """The answers to a batch, to compare others with."""

    def __init__(self, answers: Frame) -> None:
        self._answers = answers
        # of each column: relative to an answer, and to the largest
        self._close = {column.name: _tolerances(column) for column in answers.columns}

    def first_difference(self, other: Frame, index: np.ndarray) -> tuple[int, str | None, Any, Any] | None:
        """Find the first row that is answered in another way.

        Args:
            other: Answers to some of the rows.
            index: Which rows of the batch they are.

        Returns:
            The place in `index`, the column, the answer in the batch and the other one; None where all agree.
        """
        expected = self._answers.at(index)
        if expected.names() != other.names():
            return (
                0,
                None,
                f"the columns {quoted(expected.names())}",
                f"the columns {quoted(other.names())}",
            )
        for mine, theirs in zip(expected.columns, other.columns, strict=True):
            different = np.flatnonzero(self._differs(mine, theirs))
            if len(different):
                place = int(different[0])
                return place, mine.name, _value(expected, place, mine.name), _value(other, place, mine.name)
        return None

    def _differs(self, mine: Column, theirs: Column) -> np.ndarray:
        gone, gone_there = mine.is_missing(), theirs.is_missing()
        if mine.values.dtype.kind in "fiu" and theirs.values.dtype.kind in "fiu":
            relative, small = self._close[mine.name]
            close = np.isclose(
                theirs.values.astype(float), mine.values.astype(float), rtol=relative, atol=small, equal_nan=True
            )
        else:
            close = np.asarray(mine.values == theirs.values, dtype=bool)
        different: np.ndarray = (gone != gone_there) | (~close & ~gone)
        return different


def _tolerances(column: Column) -> tuple[float, float]:
    """Return how far answers may be apart: relative, and at all, since what cancels to almost nothing is nothing."""
    if column.values.dtype.kind != "f":
        return _TOLERANCE, 0.0
    finite = column.values[np.isfinite(column.values)]
    if not len(finite):
        return _TOLERANCE, 0.0
    size = float(np.abs(finite).max())
    with np.errstate(over="ignore"):
        single = bool((finite.astype(np.float32) == finite).all())
    return (_SINGLE, _SINGLE * 0.1 * size) if single else (_TOLERANCE, _TOLERANCE * 1e-3 * size)


def _value(frame: Frame, row: int, name: str) -> object:
    return row_values(frame, row)[name]
