"""Puts together what a fitted Python model and example rows say: columns, answers, reference rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec, Schema
from anops_project.assumed_types import with_assumed
from anops_project.description import Description, Source
from anops_project.telling_rows import choose

from anops_worker.estimators import last_of, searched
from anops_worker.examining.gap_row import with_gap
from anops_worker.examining.independence import independence_of_described
from anops_worker.examining.infinite_rows import with_infinities
from anops_worker.libraries.finding import libraries_of, library_says
from anops_worker.model_data import suiting_code
from anops_worker.pandas_here import has_pandas, needs_pandas
from anops_worker.pickles import reading
from anops_worker.progress import doing, known_so_far
from anops_worker.python_describe.boolean_objects import with_boolean_objects
from anops_worker.python_describe.inputs import inputs_of
from anops_worker.python_describe.loading import advised, load
from anops_worker.python_describe.other_models import understand_other
from anops_worker.python_describe.outputs import outputs_of, typed
from anops_worker.python_describe.own_fit import own_fit
from anops_worker.python_describe.packages import packages_of, packages_of_code, packages_of_file
from anops_worker.python_describe.policies import with_policies
from anops_worker.python_describe.ranges import LEAST_ROWS, ranges_of, with_ranges
from anops_worker.python_describe.reference_rows import fitting, made_up
from anops_worker.python_describe.rows import frame_of
from anops_worker.python_describe.sklearn_model import understand_sklearn
from anops_worker.python_describe.understanding import OFFSET_LEFT_OUT, numbers
from anops_worker.python_describe.whole_numbers import with_whole_numbers
from anops_worker.python_describe.working_options import options_that_work

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import OptionSpec
    from anops_project.examination.independence import Independence

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding

MOST_TRIED = 5
"""How many rows the policies are tried on."""


def describe(source: Source) -> Description:
    """Look at a fitted Python model.

    Args:
        source: Where the model, its code and example rows are.

    Returns:
        What was found.

    Raises:
        AnOpsError: `MODEL_LOAD`: the files can't be used, or do not fit each other; `MODEL_FAILED` or
            `MODEL_OUTPUT`: the model can't predict the example rows.
    """
    predictor, notes = load(source)
    try:
        return _described(source, predictor, notes)
    except Exception as error:
        raise advised(error, predictor) from error


def _described(source: Source, predictor: Predictor, notes: list[str]) -> Description:
    doing("finding its columns")
    model = predictor.model
    family = predictor.family
    if family is not None and family.series is not None:
        from anops_worker.python_describe.series import describe_series  # noqa: PLC0415  others need no pandas

        return describe_series(source, predictor, family.series, notes, _reader(source.artifact))
    found = _understood(model)
    data = None if source.data is None else _example(source.data, found)
    inputs = inputs_of(found, data, source)
    _ = predictor.call(inputs).rows_of  # refused here, where the model is handed a data frame and there is no pandas
    if data is not None:
        from anops_worker.python_describe.example_data import missing_texts_notes  # noqa: PLC0415  as in _example

        found.notes += missing_texts_notes(data, inputs)
    known_so_far(
        Description(
            model_class=found.model_class,
            summary=found.summary,
            schema=Schema(inputs=inputs, outputs={"prediction": ColumnSpec(type="number")}),
            unsure=tuple(name for name in inputs if name not in found.certain and found.data is None),
            notes=(*notes, *found.notes),
        )
    )
    doing("trying rows, missing values and options")
    inputs = _settled(inputs, found, data, predictor)
    inputs = with_boolean_objects(inputs, found, data, predictor)
    inputs = with_whole_numbers(inputs, found, data, predictor)
    inputs = with_assumed(inputs, [name for name in inputs if data is None and not found.tells_type(name)])
    schema, rows, answers = _try_out(Schema(inputs=inputs), found, data, predictor)
    differs = own_fit(predictor, found.data, schema)
    if differs is not None:
        found.notes = [note for note in found.notes if not note.endswith(OFFSET_LEFT_OUT)] + [differs]
    packages = packages_of(model) | (packages_of_code(source.code) if source.code else {})
    if source.artifact is not None:
        packages |= packages_of_file(source.artifact)
    for text in list(predictor.warned)[:3]:
        found.notes.append(f"Predicting the reference rows warned: {text[:300]}")
    tested = None
    if source.try_independence and (schema.inputs or rows is not None):
        tested = _tested(predictor, rows, schema)
    if rows is not None:
        doing("trying a row with missing values, and infinities")
        predictor.apart = tested is not None and bool(tested.independent)
        schema = with_infinities(schema, rows, lambda frame: predictor.predict_finely(frame, schema.inputs))
        predictor.warned.clear()
        longer = with_gap(rows, schema, lambda frame: predictor.predict(frame, schema.inputs))
        if longer:
            rows, answers = longer[0], typed(longer[1], schema.outputs)
    return Description(
        model_class=found.model_class,
        summary=found.summary,
        schema=schema,
        row_independent=tested.independent if tested else None,
        packages=dict(sorted(packages.items(), key=lambda item: item[0].lower())),
        rows=rows,
        predictions=answers,
        by_chance=tested is not None and tested.by_chance,
        unsure=tuple(name for name in inputs if name not in found.certain and found.data is None),
        saved_with=predictor.saved_with,
        own_fit=differs,
        notes=(*notes, *found.notes, *(tested.notes() if tested else ())),
        suiting_code=None if predictor.own else suiting_code(model),
        by_family=predictor.family is not None and not predictor.family.is_plain,
        method=_method(predictor),
        reader=predictor.reader or _reader(source.artifact),
    )


def _reader(path: Path | None) -> str | None:
    """Return the code that reads the file, where that is not joblib's, which a project has without being told."""
    read = None if path is None else reading(path)
    return None if read is None or read.startswith("joblib.") else f"return {read}"


def _example(path: Path, found: Understanding) -> pd.DataFrame:
    if not has_pandas():
        raise needs_pandas(f"read {path.name}", "it is read into a data frame")
    from anops_worker.python_describe.example_data import read_example  # noqa: PLC0415  there are environments without it

    data = read_example(path, found.inputs, found.certain)
    return read_example(path, found.inputs, found.certain) if found.give_blanks(set(data.columns)) else data


def _method(predictor: Predictor) -> str:
    """Name the object's own method that answers as a request without options."""
    named = predictor.family.method if predictor.family is not None else ""
    return named or ("predict" if hasattr(predictor.model, "predict") else "transform")


def _understood(model: object) -> Understanding:
    """Ask the object's library, else go by the conventions; then let the library of what is inside add to it."""
    told: Understanding | None = library_says(model, lambda library: library.understand(model))
    found = told or understand_sklearn(model) or understand_other(model)
    inner = searched(model)
    for library in libraries_of(inner):
        library.learn(inner, found)
    last = last_of(model)
    if last is not inner and found.inputs is not None:
        _learn_of_last(last, found)
    return found


def _learn_of_last(last: Any, found: Understanding) -> None:  # noqa: ANN401  any estimator
    """Take the types of columns from the last step, which it sees under their own names; their values may differ."""
    inputs = found.inputs or {}
    seen = replace(found, inputs=numbers(list(inputs)), certain=frozenset(), notes=[], ranges={}, known={})
    for library in libraries_of(last):
        library.learn(last, seen)
    told = {name: spec for name, spec in (seen.inputs or {}).items() if spec.type != "number" and not spec.values}
    told = {name: spec for name, spec in told.items() if name in inputs and name not in found.certain}
    found.inputs = {**inputs, **told}
    found.certain |= {name for name in told if name in seen.certain}
    found.notes += seen.notes if told else []


def _settled(
    inputs: dict[str, ColumnSpec], found: Understanding, data: pd.DataFrame | None, predictor: Predictor
) -> dict[str, ColumnSpec]:
    """Let the library ask its object what its columns are, unless the statistician's own code predicts."""
    inner = searched(predictor.model)
    for library in libraries_of(inner) if predictor.own is None else ():
        inputs = library.settle(inner, inputs, found, data)
    return inputs


def _tested(predictor: Predictor, rows: Frame | None, schema: Schema) -> Independence:
    doing("trying whether rows depend on each other")
    return independence_of_described(
        rows, schema.resolved(missing="error"), lambda frame, _: predictor.predict_finely(frame, schema.inputs)
    )


def _try_out(
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
