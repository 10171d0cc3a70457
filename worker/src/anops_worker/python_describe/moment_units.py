"""Finds the columns of moments that a model must get in the unit of its fit, as in `datetime64[s]`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec
from anops_model_interface.words import quoted

from anops_worker.examining.resolutions import of_unknown_unit, units_told_apart
from anops_worker.python_describe.ranges import with_ranges
from anops_worker.python_describe.readings import Readings
from anops_worker.python_describe.reference_rows import made_up

if TYPE_CHECKING:
    import pandas as pd

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding

Inputs = dict[str, ColumnSpec]


def with_units(inputs: Inputs, found: Understanding, data: pd.DataFrame | None, predictor: Predictor) -> Inputs:
    """Give columns of moments the unit of the fit where the model answers otherwise in another.

    Args:
        inputs: The columns as they are known.
        found: What the object says; a note is added where the unit matters and nothing tells that of the fit.
        data: Example rows, which come from CSV and have no unit.
        predictor: The model.
    """
    if not of_unknown_unit(inputs):
        return inputs
    real = data if data is not None else found.data
    readings = Readings(made_up(with_ranges(inputs, found.ranges)) if real is None else real, inputs, predictor)
    told = units_told_apart(inputs, readings.frame(), lambda specs, rows: predictor.predict_finely(rows, specs))
    predictor.warned.clear()
    units = {name: unit for name in told if (unit := _unit_of_fit(name, found)) is not None}
    untold = [name for name in told if name not in units]
    if untold:
        found.notes.append(_NOTE.format(quoted(untold, most=8)))
    return {name: replace(spec, resolution=units.get(name, spec.resolution)) for name, spec in inputs.items()}


def _unit_of_fit(name: str, found: Understanding) -> Any:  # noqa: ANN401  one of four words
    if found.data is None or found.converted or name not in found.data:
        return None
    return getattr(getattr(found.data[name], "dt", None), "unit", None)


_NOTE = (
    'The answers depend on the unit in which pandas holds the times of {0}, as `astype("int64")` does, and a saved '
    "model does not keep the unit of its fit: where the training data had another unit than pandas uses here, the "
    "answers are wrong. "
    'Look at its dtypes, and write the unit of datetime64[…] for {0} in ao.toml, as in resolution = "ns".'
)
