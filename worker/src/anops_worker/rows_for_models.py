"""The rows of a request in the form that a model is handed them: a data frame, or an array where that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.arrays import to_array
from anops_worker.model_data import ARRAY, TEXTS, form_of
from anops_worker.pandas_here import has_pandas, needs_pandas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec

    Rows = Callable[[Frame], Any]

_NUMBERS = frozenset({"number", "integer", "boolean"})


def rows_for(model: Any, specs: Mapping[str, ColumnSpec], *, own: bool, what: str) -> Rows:  # noqa: ANN401  any model
    """Return what makes of a frame the rows that a model is handed.

    Args:
        model: The fitted object.
        specs: The schema's inputs.
        own: Whether the statistician's own code predicts: it is handed a data frame wherever there is pandas.
        what: What messages call the model.

    Raises:
        AnOpsError: `MODEL_LOAD`: it must be handed a data frame, and pandas is not installed.
    """
    if not own and {spec.type for spec in specs.values()} == {"number"} and form_of(model) is ARRAY:
        return to_array
    if has_pandas():
        from anops_worker.data_frames import to_pandas  # noqa: PLC0415  there are environments without pandas

        return lambda frame: to_pandas(frame, specs)
    form = None if own else form_of(model)
    if form is TEXTS:
        return _texts
    if getattr(model, "feature_names_in_", None) is not None and not own:
        raise needs_pandas(f"predict with {what}", "it was fitted on a data frame")
    other = next((name for name, spec in specs.items() if spec.type not in _NUMBERS), None)
    if other is not None:
        raise needs_pandas(f"predict with {what}", f"column `{other}` is a {specs[other].type}")
    return _numbers


def _numbers(frame: Frame) -> np.ndarray:
    """Make an array of numbers, of truths as 1 and 0 among them; missing values are NaN."""
    columns = [
        column.values if column.missing is None else np.where(column.missing, np.nan, column.values)
        for column in frame.columns
    ]
    return np.array(columns).T


def _texts(frame: Frame) -> np.ndarray:
    column = frame.columns[0]
    return column.values if column.missing is None else np.where(column.missing, np.nan, column.values)
