"""Puts together what a fitted Python model and example rows say: columns, answers, reference rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.schema import ColumnSpec, Schema
from anops_project.assumed_types import with_assumed
from anops_project.description import Description, Source

from anops_worker.examining.gap_row import with_gap
from anops_worker.examining.independence import independence_of_described
from anops_worker.examining.infinite_rows import with_infinities
from anops_worker.model_data import suiting_code
from anops_worker.pandas_here import has_pandas, needs_pandas
from anops_worker.pickles import reading
from anops_worker.progress import doing, known_so_far
from anops_worker.python_describe.boolean_objects import with_boolean_objects
from anops_worker.python_describe.by_libraries import settled, understood
from anops_worker.python_describe.fitted_on import fitted_on
from anops_worker.python_describe.inputs import inputs_of
from anops_worker.python_describe.loading import advised, load
from anops_worker.python_describe.moment_readings import with_read_moments
from anops_worker.python_describe.moment_units import with_units
from anops_worker.python_describe.outputs import typed
from anops_worker.python_describe.own_fit import own_fit
from anops_worker.python_describe.packages import packages_of, packages_of_code, packages_of_file
from anops_worker.python_describe.trying_out import try_out
from anops_worker.python_describe.whole_numbers import with_whole_numbers

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from anops_model_interface.frames import Frame
    from anops_project.examination.independence import Independence

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding


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
        raise advised(error, predictor, source.data) from error


def _described(source: Source, predictor: Predictor, notes: list[str]) -> Description:
    doing("finding its columns")
    model = predictor.model
    family = predictor.family
    if family is not None and family.series is not None:
        from anops_worker.python_describe.series import describe_series  # noqa: PLC0415  others need no pandas

        return describe_series(source, predictor, family.series, notes, _reader(source.artifact))
    found = understood(model)
    data = None if source.data is None else _example(source.data, found)
    inputs = inputs_of(found, data, source)
    _ = predictor.call(inputs).rows_of  # refused here, where the model is handed a data frame and there is no pandas
    inputs = with_read_moments(inputs, found, data, predictor)
    if data is not None:
        from anops_worker.python_describe.example_data import missing_texts_notes, offset_notes  # noqa: PLC0415  as in _example

        found.notes += missing_texts_notes(data, inputs) + offset_notes(data, inputs)
    known_so_far(
        Description(
            model_class=found.model_class,
            summary=found.summary,
            schema=Schema(inputs=inputs, outputs={"prediction": ColumnSpec(type="number")}),
            unsure=tuple(name for name in inputs if name not in found.certain and found.data is None),
            notes=(*notes, *found.notes, *found.left_out),
        )
    )
    doing("trying rows, missing values and options")
    inputs = settled(inputs, found, data, predictor)
    inputs = with_boolean_objects(inputs, found, data, predictor)
    inputs = with_whole_numbers(inputs, found, data, predictor)
    inputs = with_units(inputs, found, data, predictor)
    inputs = with_assumed(inputs, [name for name in inputs if data is None and not found.tells_type(name)])
    schema, rows, answers = try_out(Schema(inputs=inputs), found, data, predictor)
    differs = own_fit(predictor, found.data, schema)
    found.notes += found.left_out if differs is None else [differs]
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
        fitted_on=fitted_on(model, found.data),
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


def _tested(predictor: Predictor, rows: Frame | None, schema: Schema) -> Independence:
    doing("trying whether rows depend on each other")
    return independence_of_described(
        rows, schema.resolved(missing="error"), lambda frame, _: predictor.predict_finely(frame, schema.inputs)
    )
