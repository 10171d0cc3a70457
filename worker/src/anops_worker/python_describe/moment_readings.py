"""Finds columns of example rows that look like moments, and that a model must get otherwise: as text, or in UTC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.schema import ColumnSpec
from anops_model_interface.words import quoted

from anops_worker.python_describe.readings import Readings

if TYPE_CHECKING:
    import pandas as pd

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding

Inputs = dict[str, ColumnSpec]


def with_read_moments(inputs: Inputs, found: Understanding, data: pd.DataFrame | None, predictor: Predictor) -> Inputs:
    """Read columns of dates and times otherwise where the model answers no row with them.

    A CSV file does not say whether the training had the text "2026-03-01" or the date, nor whether its moments had a
    time zone: code that cuts the year out of a text fails with a date, and `tz_convert` without a zone.

    Args:
        inputs: The columns as they are known.
        found: What the object says; a note is added where a column is read otherwise.
        data: Example rows.
        predictor: The model.
    """
    if data is None or found.data is not None:
        return inputs
    moments = [name for name, spec in inputs.items() if spec.type in {"date", "datetime"} and name not in found.certain]
    if not moments:
        return inputs
    readings = Readings(data, inputs, predictor)
    if readings.answer({}) is not None:
        return inputs
    for read, says in ((_in_utc, _UTC_NOTE), (_as_text, _TEXT_NOTE)):
        changes = {name: other for name in moments if (other := read(inputs[name])) is not None}
        kept = _least(changes, readings)
        if kept:
            found.notes.append(says.format(quoted(list(kept), most=8)))
            return {**inputs, **kept}
    return inputs


def _least(changes: Inputs, readings: Readings) -> Inputs:
    """Return the one column that must be read otherwise, else all of them where the model then answers."""
    alone = ({name: spec} for name, spec in changes.items())
    return next((each for each in (*alone, changes) if each and readings.answer(each) is not None), {})


def _in_utc(spec: ColumnSpec) -> ColumnSpec | None:
    return replace(spec, type="datetime", timezone="UTC") if spec.timezone is None else None


def _as_text(spec: ColumnSpec) -> ColumnSpec | None:
    return replace(spec, type="string", timezone=None)


_UTC_NOTE = (
    "The model fails on times without a time zone: {} gets them in UTC. Where the fit had another zone and the model "
    'looks at the hour or the day, write it in ao.toml, as in timezone = "Europe/Berlin".'
)
_TEXT_NOTE = "The model fails on dates, and takes the texts that the example rows have: {} is declared as string."
