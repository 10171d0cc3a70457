"""Answers for clients that know nothing of the tensor parameter `missing`: what is missing can be seen in the values.

A client of other make reads the placeholder of a missing value (0, False, an empty text) as a prediction.
"""

from __future__ import annotations

import numpy as np

from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame

WORDS = ("NA", "<NA>", "<missing>")
"""What stands for a missing text: the first that is none of the column's texts."""


def with_visible_gaps(frame: Frame) -> Frame:
    """Return an answer in which whole numbers and booleans with gaps are numbers with NaN, and gaps in texts a word."""
    return Frame(tuple(map(_visible, frame.columns)), frame.rows)


def _visible(column: Column) -> Column:
    missing = column.missing
    if missing is None or not missing.any():
        return column
    if column.values.dtype != object:
        return Column(column.name, "number", np.where(missing, np.nan, column.values.astype(np.float64)))
    there = set(column.values[~missing].tolist())
    values = column.values.copy()
    values[missing] = next((word for word in WORDS if word not in there), WORDS[-1])
    return Column(column.name, column.type, values, missing)
