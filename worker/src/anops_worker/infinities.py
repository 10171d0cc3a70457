"""Finds out whether a model failed because of infinities: then the rows are refused, and the model is not to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.frames import Frame
from anops_model_interface.infinities import report_infinities
from anops_model_interface.stand_ins import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.schema import ColumnSpec, Schema


def refuse_infinities(frame: Frame, schema: Schema, predict: Callable[[Frame], object], *, model: str) -> None:
    """Refuse rows over which a model failed, where it predicts them with finite numbers in place of infinities.

    Args:
        frame: The rows.
        schema: What the columns are.
        predict: Predicts rows, or raises `AnOpsError`.
        model: The model's name, for the message.

    Raises:
        AnOpsError: `COLUMN_RANGE`: the infinities are what it can't take.
    """
    infinite = {
        column.name: np.isinf(column.values)
        for column in frame.columns
        if column.type == "number" and np.isinf(column.values).any()
    }
    if not infinite:
        return
    columns = (
        _finite(column, infinite[column.name], schema.inputs[column.name]) if column.name in infinite else column
        for column in frame.columns
    )
    try:
        predict(Frame(tuple(columns), frame.rows))
    except AnOpsError:
        return  # it fails over something else
    faults = FaultCollector()
    for column in frame.columns:
        if column.name in infinite:
            report_infinities(column, infinite[column.name], faults)
    faults.raise_if_any(model=model)


def _finite(column: Column, where: np.ndarray, spec: ColumnSpec) -> Column:
    others = column.values[np.isfinite(column.values)]
    usual = spec.seen[0] if spec.seen is not None else stand_in(spec)
    value = others[0] if len(others) else usual
    return Column(column.name, column.type, np.where(where, float(value), column.values))
