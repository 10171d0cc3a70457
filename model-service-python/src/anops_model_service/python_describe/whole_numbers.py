"""Finds the columns of whole numbers that a model must get as integers, because it tells 2 from 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec, Schema

from anops_model_service.examining.comparing import Comparison
from anops_model_service.python_describe.example_data import frame_of
from anops_model_service.python_describe.ranges import with_ranges
from anops_model_service.python_describe.reference_rows import fitting, made_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.frames import Frame

    from anops_model_service.python_describe.predictor import Predictor
    from anops_model_service.python_describe.understanding import Understanding

_MOST_ROWS = 200
"""So many rows, spread over all that there are, are read both ways."""

Inputs = dict[str, ColumnSpec]


def with_whole_numbers(inputs: Inputs, found: Understanding, data: pd.DataFrame | None, predictor: Predictor) -> Inputs:
    """Make integers of the whole numbers that a model answers otherwise, or not at all, where they are floats.

    A pipeline that makes text of numbers knows "2" and not "2.0". Where both readings give the same answers the
    column stays a number, so that 2.5 may be asked for.

    Args:
        inputs: The columns as they are known.
        found: What the object says; notes are added where it tells the readings apart.
        data: Example rows.
        predictor: The model.
    """
    rows, whole = _whole(inputs, found, data)
    made_up_rows = data is None and found.data is None
    kept = _told_apart(whole, _Readings(rows, inputs, predictor), made_up_rows=made_up_rows) if whole else []
    if kept:
        listing = ", ".join(f"`{name}`" for name in kept)
        found.notes.append(
            f"The model tells 2 from 2.0 in {listing}: {'it is' if len(kept) == 1 else 'they are'} declared as "
            "integer, so that the model gets whole numbers. Where it was fitted on numbers with decimals, write "
            "`number` in ao.toml."
        )
    return {name: _as_integer(spec) if name in kept else spec for name, spec in inputs.items()}


def _whole(inputs: Inputs, found: Understanding, data: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """Return rows to try, and the columns that are whole in them, as in the training rows where the object has some."""
    numbers = [name for name, spec in inputs.items() if spec.type == "number"]
    real = data if data is not None else found.data
    if real is None:
        rows = made_up(with_ranges(inputs, found.ranges))
        uncertain = [name for name in numbers if name not in found.certain]
        return rows, [name for name in uncertain if all(float(value).is_integer() for value in rows[name])]
    if found.data is None:
        return real, [name for name in numbers if name not in found.certain and _is_whole(real[name])]
    return real, [name for name in numbers if _is_whole(found.data[name] if name in found.data else real[name])]


def _told_apart(whole: list[str], readings: _Readings, *, made_up_rows: bool) -> list[str]:
    numbers, integers = readings.answer([]), readings.answer(whole)
    if integers is None or readings.same(numbers, integers, whole):
        return []
    kept = [
        name
        for name in whole
        if not readings.same(readings.answer([each for each in whole if each != name]), integers, whole)
    ]
    kept = kept or whole
    if made_up_rows and numbers is not None:
        # where a half more makes a difference, the model takes decimals for what they are: far from the data, rounding
        # alone may tell the readings apart
        kept = [name for name in kept if readings.same(readings.halfway(name), numbers, [])]
    return kept


class _Readings:
    """The answers to the same rows with some columns read as integers, the others as numbers."""

    def __init__(self, rows: pd.DataFrame, inputs: Inputs, predictor: Predictor) -> None:
        self._inputs, self._predictor = inputs, predictor
        strict = Schema(inputs=inputs).resolved(missing="error")
        try:
            frame = frame_of(rows, inputs)
        except AnOpsError:  # told where the rows are used
            self._rows = rows.iloc[:0]
            return
        fits = np.flatnonzero(fitting(frame, strict))
        self._rows = rows.iloc[fits[:: max(1, len(fits) // _MOST_ROWS)]]

    def answer(self, integers: Iterable[str]) -> Frame | None:
        """Predict; None where the model fails."""
        specs = {name: _as_integer(spec) if name in integers else spec for name, spec in self._inputs.items()}
        return self._answer(self._rows, specs)

    def halfway(self, column: str) -> Frame | None:
        """Predict as numbers, with a half added in a column; None where the model fails."""
        return self._answer(self._rows.assign(**{column: self._rows[column] + 0.5}), self._inputs)

    def _answer(self, rows: pd.DataFrame, specs: Inputs) -> Frame | None:
        try:
            return self._predictor.predict_finely(frame_of(rows, specs), specs) if len(rows) else None
        except AnOpsError:
            return None
        finally:
            self._predictor.warned.clear()

    def same(self, one: Frame | None, other: Frame | None, integers: list[str]) -> bool:
        """Say whether two answers agree; those of a model that answers by chance do so always."""
        if one is None or other is None:
            return one is other
        if _agree(one, other):
            return True
        again = self.answer(integers)
        return again is None or not _agree(again, other)


def _agree(one: Frame, other: Frame) -> bool:
    return Comparison(one).first_difference(other, np.arange(one.rows)) is None


def _as_integer(spec: ColumnSpec) -> ColumnSpec:
    return spec.model_copy(update={"type": "integer"})


def _is_whole(values: pd.Series) -> bool:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    return pd.api.types.is_integer_dtype(dtype)
