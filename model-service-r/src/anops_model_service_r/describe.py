"""Asks the R package `anopsruntime` what a fitted model says about itself."""

from __future__ import annotations

import io
from contextlib import ExitStack, redirect_stderr
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.options import validate_options
from anops_model_interface.schema import Schema
from anops_project.assumed_types import with_assumed
from anops_project.description import Description
from anops_worker.examining.gap_row import with_gap
from anops_worker.examining.independence import independence_of_described
from anops_worker.examining.infinite_rows import with_infinities
from anops_worker.opened_here import opened, telling
from anops_worker.progress import doing, known_so_far, to_choose_from

from anops_model_service_r.answers import frame_from_wire
from anops_model_service_r.vectors import FrameArguments, as_text, option_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.frames import Frame, OptionValue, Warn
    from anops_project.description import Source
    from anops_worker.examining.independence import Predict

    from anops_model_service_r.embedded import R

_ANY_NUMBER = {"prediction": {"type": "number"}}
"""The answer of a model that has given none yet."""

_LISTS = frozenset({"levels", "values", "seen"})
"""The fields of a column's description that hold several values; the others hold one."""


def describe(r: R, source: Source) -> Description:
    """Describe the model that a source names.

    Raises:
        AnOpsError: `MODEL_LOAD`: it can't be loaded, or does not say which columns it needs.
    """
    with ExitStack() as muted:
        return _described(r, source, muted)


def _described(r: R, source: Source, muted: ExitStack) -> Description:
    def tell(text: str) -> None:
        doing(text)
        # what a library prints from here on is of rows that nobody sent; a person's own code prints on purpose
        if source.code is None and text.startswith(("finding", "trying")):
            muted.enter_context(redirect_stderr(io.StringIO()))

    r.replace("doing", lambda text: tell(text[0]))
    r.replace("choosable", lambda names, described: to_choose_from(dict(zip(names, described, strict=True))))
    r.replace("so_far", lambda found: known_so_far(_unfinished(found)))
    if telling():
        r.replace("opened_here", lambda path: opened(path[0]))
        r.replace_base(r.call("functions_that_tell").value)
    paths = [_path(path) for path in (source.artifact, source.code, source.data)]
    answer = r.call("describe_source", *(as_text(r, text) for text in (*paths, source.target, source.object)))
    found = dict(zip(answer.value.names, answer.value, strict=True))
    schema = _schema({part: _specs(found[part]) for part in ("inputs", "outputs", "options")})
    if "series" in found:
        return _series(schema, found, answer.warnings)
    schema = replace(schema, inputs=with_assumed(schema.inputs, found["unsure"]))
    rows, predictions = _frame(found["rows"], schema.inputs), _frame(found["predictions"], schema.outputs)
    own_fit = None if _is_null(found["own_fit"]) else found["own_fit"][0]
    tested = None
    answered = rows is not None and predictions is not None
    resolved, ask = schema.resolved(missing="allow"), _asking(r, schema)
    if source.try_independence and (schema.inputs or answered):
        tell("trying whether rows depend on each other")
        tested = independence_of_described(rows if answered else None, resolved, ask)
    if rows is not None and predictions is not None:
        tell("trying a row with missing values, and infinities")
        schema = with_infinities(schema, rows, lambda frame: ask(frame, {}))
        rows, predictions = with_gap(rows, resolved, lambda frame: ask(frame, {})) or (rows, predictions)
    return Description(
        model_class=found["model_class"][0],
        summary=found["summary"][0],
        fitted_on=found["fitted_on"][0],
        schema=schema,
        row_independent=tested.independent if tested else None,
        packages={name: version[0] for name, version in _items(found["packages"])},
        rows=rows,
        predictions=predictions,
        by_chance=tested is not None and tested.by_chance,
        unsure=tuple(found["unsure"]),
        kind_untold=tuple(found["kind_untold"]),
        own_fit=own_fit,
        notes=tuple(note[0] for note in found["notes"])
        + ((own_fit,) if own_fit else ())
        + (tested.notes() if tested else ())
        + tuple(f"Warned while describing: {warn.message}" for warn in answer.warnings),
        suiting_code=None if _is_null(found["code"]) else found["code"][0],
        reader=_reader(found),
    )


def _series(schema: Schema, found: Mapping[str, Any], warnings: Sequence[Warn]) -> Description:
    """Return the description of a model of a time series: its rows are steps ahead, with nothing to try of them."""
    parts = {name: values for name, values in _items(found["series"]) if not _is_null(values)}
    said = {name: list(values) for name, values in parts.items()}
    series = {name: values if name in {"period", "keys"} else values[0] for name, values in said.items()}
    independent = bool(series.pop("row_independent"))
    if "behind" in parts:
        series["behind"] = {name: int(periods[0]) for name, periods in _items(parts["behind"])}
    series["period"] = [int(each) if float(each).is_integer() else each for each in series.get("period", ())]
    return Description(
        model_class=found["model_class"][0],
        summary=found["summary"][0],
        fitted_on=found["fitted_on"][0],
        schema=schema,
        row_independent=independent,
        packages={name: version[0] for name, version in _items(found["packages"])},
        rows=_frame(found["rows"], schema.inputs),
        predictions=_frame(found["predictions"], schema.outputs),
        notes=tuple(note[0] for note in found["notes"])
        + tuple(f"Warned while describing: {warn.message}" for warn in warnings),
        suiting_code=found["code"][0],
        by_family=True,
        reader=_reader(found),
        series={name: value for name, value in series.items() if value != []},
    )


def _unfinished(found: Any) -> Description:  # noqa: ANN401  an rpy2 list
    parts = dict(zip(found.names, found, strict=True))
    return Description(
        model_class=parts["model_class"][0],
        summary=parts["summary"][0],
        fitted_on=parts["fitted_on"][0],
        schema=_schema({"inputs": _specs(parts["inputs"]), "outputs": _ANY_NUMBER, "options": {}}),
        packages={name: version[0] for name, version in _items(parts["packages"])},
        unsure=tuple(parts["unsure"]),
        reader=_reader(parts),
        notes=tuple(note[0] for note in parts["notes"]),
    )


def _reader(parts: Mapping[str, Any]) -> str | None:
    return None if _is_null(parts["reader"]) else str(parts["reader"][0])


def _asking(r: R, schema: Schema) -> Predict:
    """Return a function that predicts rows with the model that was just described."""

    def ask(frame: Frame, options: Mapping[str, OptionValue]) -> Frame:
        arguments = FrameArguments(r, schema.inputs).of(frame)
        answer = r.call("describe_predict", *arguments, option_list(r, validate_options(options, schema)))
        return frame_from_wire(answer.value, schema.outputs)

    return ask


def _schema(parts: dict[str, Any]) -> Schema:
    try:
        return Schema.of(parts)
    except ValueError as error:
        raise AnOpsError(Code.MODEL_LOAD, f"Can't write down what the model needs: {error}.") from error


def _specs(listing: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401  an rpy2 list of lists
    return {
        name: _spec({field: list(values) for field, values in _items(spec) if not _is_null(values)})
        for name, spec in _items(listing)
    }


def _spec(fields: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the fields of a column or an option, which R has as vectors, as single values where they are such."""
    several = _LISTS | ({"default"} if fields.get("list") == [True] else frozenset())
    return {field: values if field in several else values[0] for field, values in fields.items()}


def _items(listing: Any) -> list[tuple[str, Any]]:  # noqa: ANN401  an rpy2 list
    return list(zip(listing.names, listing, strict=True)) if len(listing) else []


def _is_null(value: Any) -> bool:  # noqa: ANN401  any rpy2 object
    return bool(value.typeof == 0)


def _frame(wire: Any, specs: Any) -> Frame | None:  # noqa: ANN401  an rpy2 list or NULL
    return None if _is_null(wire) else frame_from_wire(wire, specs)


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())
