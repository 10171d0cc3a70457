"""Tries which columns of a model take no infinity, so that it is refused before the model is asked."""

from __future__ import annotations

import io
import math
import time
from contextlib import redirect_stderr
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anops_model_interface.schema import Schema

MOST_COLUMNS = 100
"""Of a model with more numbers than this nothing is tried: it is found out when it fails over an infinity."""
MOST_SECONDS = 10.0
"""Nor of one that takes longer for it."""


def with_infinities(schema: Schema, rows: Frame | None, predict: Callable[[Frame], Frame]) -> Schema:
    """Return the schema with `infinite = "error"` for the numbers of which the model takes no infinity.

    Args:
        schema: The columns.
        rows: Rows that the model predicts.
        predict: Predicts rows, or raises `AnOpsError`.
    """
    numbers = [name for name, spec in schema.inputs.items() if spec.type == "number" and spec.values is None]
    if rows is None or not numbers or len(numbers) > MOST_COLUMNS:
        return schema
    row = _answered_row(rows, predict)
    if row is None or _answers(_with(row, numbers, math.inf), predict):
        return schema
    end = time.monotonic() + MOST_SECONDS
    refused = set()
    for name in numbers:
        if not any(_answers(_with(row, [name], value), predict) for value in (math.inf, -math.inf)):
            refused.add(name)
        if time.monotonic() > end:
            return schema
    inputs = {
        name: replace(spec, infinite="error") if name in refused else spec for name, spec in schema.inputs.items()
    }
    return replace(schema, inputs=inputs)


def _answered_row(rows: Frame, predict: Callable[[Frame], Frame]) -> Frame | None:
    """Return a row without gaps that the model answers by itself: else nothing is learnt from a failure."""
    gaps = np.any([column.is_missing() for column in rows.columns], axis=0) if rows.columns else np.zeros(0, dtype=bool)
    for place in np.flatnonzero(~gaps)[:3]:
        row = rows.at(np.array([place]))
        if _answers(row, predict):
            return row
    return None


def _with(row: Frame, names: Sequence[str], value: float) -> Frame:
    columns = (Column(c.name, c.type, np.array([value])) if c.name in names else c for c in row.columns)
    return Frame(tuple(columns), 1)


def _answers(row: Frame, predict: Callable[[Frame], Frame]) -> bool:
    try:
        with redirect_stderr(io.StringIO()):  # a refusal is an answer here, no news for the log
            predict(row)
    except AnOpsError:
        return False
    return True
