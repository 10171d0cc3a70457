"""Finds models that take true and false among missing values, as pandas holds them together, and not by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_worker.python_describe.ranges import with_ranges
from anops_worker.python_describe.readings import Readings
from anops_worker.python_describe.reference_rows import made_up

if TYPE_CHECKING:
    import pandas as pd
    from anops_model_interface.schema import ColumnSpec

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding


def with_boolean_objects(
    inputs: dict[str, ColumnSpec], found: Understanding, data: pd.DataFrame | None, predictor: Predictor
) -> dict[str, ColumnSpec]:
    """Allow missing booleans where the model answers no others: it was fitted on a column that missed some.

    pandas holds booleans that may be missing as objects, and so does the data frame that a model gets of them. An
    imputer that was fitted on such a column refuses an array of booleans.

    Args:
        inputs: The columns as they are known.
        found: What the object says.
        data: Example rows.
        predictor: The model.
    """
    booleans = [name for name, spec in inputs.items() if spec.type == "boolean" and spec.missing is None]
    if not booleans:
        return inputs
    rows = data if data is not None else found.data
    readings = Readings(made_up(with_ranges(inputs, found.ranges)) if rows is None else rows, inputs, predictor)
    if readings.answer({}) is not None:
        return inputs
    allowed = {name: replace(inputs[name], missing="allow") for name in booleans}
    return inputs if readings.answer(allowed) is None else {**inputs, **allowed}
