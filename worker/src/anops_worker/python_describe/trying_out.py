"""Predicts a few rows, to learn what a model does with missing values, what it answers, and what it can be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_project.telling_rows import choose

from anops_worker.python_describe.outputs import outputs_of, typed
from anops_worker.python_describe.policies import with_policies
from anops_worker.python_describe.ranges import LEAST_ROWS, ranges_of, with_ranges
from anops_worker.python_describe.reference_rows import fitting, made_up
from anops_worker.python_describe.rows import frame_of
from anops_worker.python_describe.working_options import options_that_work

if TYPE_CHECKING:
    import pandas as pd
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec, OptionSpec, Schema

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding

MOST_TRIED = 5
"""How many rows the policies are tried on."""


def try_out(
    schema: Schema, found: Understanding, data: pd.DataFrame | None, predictor: Predictor
) -> tuple[Schema, Frame | None, Frame | None]:
    """Predict a few rows to learn the policies and the outputs, and keep the best as reference rows."""
    real = data if data is not None else found.data
    frame, refused = _rows_to_try(schema, found, real, predictor)
    strict = schema.resolved(missing="error")
    schema = replace(schema, inputs=_ranged(schema, frame, found, data))
    if refused is not None:
        found.notes.append(
            f"There are no reference rows: the model keeps no data, and predicting made-up rows failed ({refused})."
        )
        return replace(schema, outputs=outputs_of(None, found)), None, None
    complete = _complete(frame, strict)
    predictor.warned.clear()
    schema = with_policies(
        schema,
        complete,
        lambda rows: predictor.predict_finely(rows, schema.inputs),
        keeps_gaps=predictor.family is not None and predictor.family.keeps_gaps,
        encoded=found.certain - found.fixed if predictor.own is None and found.data is None else (),
    )
    predictor.warned.clear()
    usable = frame.at(fitting(frame, schema.resolved(missing="error")).nonzero()[0])
    if not usable.rows:
        found.notes.append("No example row is without missing values and new levels: there are no reference rows.")
        return replace(schema, outputs=outputs_of(None, found)), None, None
    rows = usable.at(choose(usable))
    answers = predictor.predict(rows, schema.inputs)
    outputs = outputs_of(answers, found)
    predictions = typed(answers, outputs)
    options: dict[str, OptionSpec] = {}
    if predictor.family is not None:
        found.notes += predictor.family.notes
        options, further = options_that_work(
            predictor.family.options, lambda asked: predictor.predict(rows, schema.inputs, **asked)
        )
        predictor.warned.clear()
        outputs |= {name: spec for name, spec in further.items() if _brings_more(outputs.get(name), spec)}
    if rows.rows and all(column.is_missing().all() for column in predictions.columns):
        which = "made-up row" if real is None else "row tried"
        found.notes.append(
            f"There are no reference rows: the model's answer to each {which} is missing, as where it answers only "
            "within the range of its fit."
        )
        return replace(schema, outputs=outputs, options=options), None, None
    if real is None:
        found.notes.append("The model does not keep the data it was fitted on, so its reference rows are made up.")
    return replace(schema, outputs=outputs, options=options), rows, predictions


def _rows_to_try(
    schema: Schema, found: Understanding, real: pd.DataFrame | None, predictor: Predictor
) -> tuple[Frame, AnOpsError | None]:
    """Return real rows, else made-up ones that the model answers, else why it answers none.

    Raises:
        AnOpsError: The model can't predict real rows.
    """
    strict = schema.resolved(missing="error")
    if real is not None:
        frame = frame_of(real, schema.inputs)
        complete = _complete(frame, strict)
        if complete.rows:
            predictor.predict(complete, schema.inputs)
        return frame, None
    refused: AnOpsError | None = None
    for first in (1.0, 0.0):  # codes of categories count from 0, and a model may know no more than two
        frame = frame_of(made_up(with_ranges(schema.inputs, found.ranges), first=first), schema.inputs)
        try:
            predictor.predict(_complete(frame, strict), schema.inputs)
        except AnOpsError as error:
            refused = refused or error
        else:
            return frame, None
    return frame, refused


def _complete(frame: Frame, strict: Schema) -> Frame:
    return frame.at(fitting(frame, strict).nonzero()[0][:MOST_TRIED])


def _brings_more(declared: ColumnSpec | None, spec: ColumnSpec) -> bool:
    """Say whether a column comes only with an option, or takes other numbers with one."""
    return declared is None or (declared.type, spec.type) == ("integer", "number")


def _ranged(schema: Schema, frame: Frame, found: Understanding, data: pd.DataFrame | None) -> dict[str, ColumnSpec]:
    """Put the ranges that the model was fitted on into its columns."""
    if found.data is not None:
        return with_ranges(schema.inputs, ranges_of(frame if data is None else frame_of(found.data, schema.inputs)))
    ranges = dict(found.ranges)
    if data is not None and frame.rows >= LEAST_ROWS:
        told = {name: ends for name, ends in ranges_of(frame).items() if name not in ranges}
        if told:
            found.notes.append(
                "The ranges called `seen` are those of the example rows: values outside are answered with a warning. "
                "Correct them if the model was fitted on other rows."
            )
        ranges |= told
    return with_ranges(schema.inputs, ranges)
