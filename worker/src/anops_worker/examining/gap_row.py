"""Adds to reference rows one with a missing value, where a model takes such rows and they show none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anops_model_interface.schema import ColumnType, Schema

_EASIEST: tuple[ColumnType, ...] = ("number", "integer", "category")
"""The types whose missing values every language, and every file of reference rows, writes alike."""


def with_gap(rows: Frame, schema: Schema, predict: Callable[[Frame], Frame]) -> tuple[Frame, Frame] | None:
    """Add a row with a missing value, and predict all rows again.

    Args:
        rows: Reference rows.
        schema: The contract, its policies resolved.
        predict: Predicts rows, or raises `AnOpsError`.

    Returns:
        The rows and their predictions; None where no column may be missing, a row has a missing value already, or
        the model does not answer.
    """
    if not rows.rows or any(column.is_missing().any() for column in rows.columns):
        return None
    for kind in _EASIEST:
        for name, spec in schema.inputs.items():
            if spec.type == kind and spec.missing == "allow":
                return _answered(_added(rows, name), predict)
    return None


def _answered(rows: Frame, predict: Callable[[Frame], Frame]) -> tuple[Frame, Frame] | None:
    try:
        answers = predict(rows)
    except AnOpsError:
        return None
    return (rows, answers) if answers.rows == rows.rows else None


def _added(rows: Frame, name: str) -> Frame:
    order: Sequence[int] = [*range(rows.rows), 0]
    longer = rows.at(order)
    return Frame(tuple(_emptied(c) if c.name == name else c for c in longer.columns), longer.rows)


def _emptied(column: Column) -> Column:
    """Return a column with its last value missing."""
    last = np.arange(len(column.values)) == len(column.values) - 1
    if column.type == "number":
        return Column(column.name, column.type, np.where(last, np.nan, column.values))
    return Column(column.name, column.type, np.where(last, 0 if column.type == "integer" else "", column.values), last)
