"""Reads the same rows in two ways, and compares what a model answers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema

from anops_worker.examining.comparing import Comparison
from anops_worker.python_describe.reference_rows import fitting
from anops_worker.python_describe.rows import Rows, frame_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec

    from anops_worker.python_describe.predictor import Predictor

_MOST_ROWS = 200
"""So many rows, spread over all that there are, are read both ways."""


class Readings:
    """The answers to the same rows with some columns read otherwise.

    Attributes:
        inputs: How the columns are read where nothing else is said.
    """

    def __init__(self, rows: pd.DataFrame | Rows, inputs: Mapping[str, ColumnSpec], predictor: Predictor) -> None:
        """Choose the rows that can be read.

        Args:
            rows: As many as there are.
            inputs: How the columns are read where nothing else is said.
            predictor: The model.
        """
        self.inputs, self._predictor = inputs, predictor
        rows = Rows.of(rows)
        strict = Schema(inputs=dict(inputs)).resolved(missing="error")
        try:
            frame = frame_of(rows, inputs)
        except AnOpsError:  # told where the rows are used
            self._rows = rows.take(np.arange(0))
            return
        fits = np.flatnonzero(fitting(frame, strict))
        self._rows = rows.take(fits[:: max(1, len(fits) // _MOST_ROWS)])

    def answer(self, changes: Mapping[str, ColumnSpec]) -> Frame | None:
        """Predict with some columns read otherwise; None where the model fails."""
        return self._answer(self._rows, {**self.inputs, **changes})

    def frame(self) -> Frame | None:
        """Return the rows as they are read where nothing else is said; None where none can be read."""
        return frame_of(self._rows, self.inputs) if len(self._rows) else None

    def halfway(self, column: str) -> Frame | None:
        """Predict with a half added in a column; None where the model fails."""
        return self._answer(self._rows.with_column(column, self._rows[column] + 0.5), self.inputs)

    def _answer(self, rows: Rows, specs: Mapping[str, ColumnSpec]) -> Frame | None:
        try:
            return self._predictor.predict_finely(frame_of(rows, specs), specs) if len(rows) else None
        except AnOpsError:
            return None
        finally:
            self._predictor.warned.clear()

    def same(self, one: Frame | None, other: Frame | None, changes: Mapping[str, ColumnSpec]) -> bool:
        """Say whether two answers agree, of which the other was read with changes.

        Those of a model that answers by chance do so always.
        """
        if one is None or other is None:
            return one is other
        if _agree(one, other):
            return True
        again = self.answer(changes)
        return again is None or not _agree(again, other)


def _agree(one: Frame, other: Frame) -> bool:
    return Comparison(one).first_difference(other, np.arange(one.rows)) is None
