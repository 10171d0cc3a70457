"""What a model takes, answers and may be asked, as tables of HTML."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from anops_model_interface.extrapolation import range_text
from anops_model_interface.words import number_text

from anops_api_service.documents.html_tables import MOST_ROWS, counted, json_text, listed, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec, OptionSpec

_TYPES = {
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "string": "text",
    "category": "category",
    "date": "date, as 2026-01-31",
    "datetime": "time, as 2026-01-31T12:00:00Z",
}


_INPUT_HEAD = ("Column", "Type", "Values", "Fitted on", "Unit", "A missing value", "About")


def inputs_table(inputs: Mapping[str, ColumnSpec]) -> str:
    """Return the columns that a request sends; of very many, the names alone behind a fold."""
    shown = islice(inputs.items(), MOST_ROWS)
    made = table(_INPUT_HEAD, (_input_row(name, spec) for name, spec in shown))
    return made + _others([*islice(inputs.items(), MOST_ROWS, None)])


def _others(inputs: Sequence[tuple[str, ColumnSpec]]) -> str:
    """Name further columns in short: those that are alike in all but their name, together."""
    if not inputs:
        return ""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, spec in inputs:
        _, kind, values, _, unit, missing, _ = _input_row(name, spec)
        alike.setdefault((kind, values, unit, missing), []).append(name)
    listed = "".join(
        f"<p>{', '.join(filter(None, (kind, values, unit)))}; a missing value {missing}:</p>"
        f"<pre>{escape(chr(10).join(names))}</pre>"
        for (kind, values, unit, missing), names in alike.items()
    )
    told = '<p>Levels, ranges and the rest of each: <a href="model">the model as JSON</a>.</p>'
    return f"<details><summary>and {counted(len(inputs), 'more column')}</summary>{listed}{told}</details>"


def _input_row(name: str, spec: ColumnSpec) -> Sequence[str]:
    return (
        f"<code>{escape(name)}</code>",
        _TYPES[spec.type] + (", ordered" if spec.ordered else ""),
        _values(spec),
        escape(range_text(spec)) if spec.seen is not None else "",
        escape(spec.unit or ""),
        _missing(spec),
        escape(spec.description or ""),
    )


def outputs_table(outputs: Mapping[str, ColumnSpec]) -> str:
    """Return the columns that an answer has."""
    head = ("Column", "Type", "Values", "Unit", "About")
    return table(head, (_output_row(name, spec) for name, spec in outputs.items()))


def _output_row(name: str, spec: ColumnSpec) -> Sequence[str]:
    about = escape(spec.description or "")
    return f"<code>{escape(name)}</code>", _TYPES[spec.type], _values(spec), escape(spec.unit or ""), about


def options_table(options: Mapping[str, OptionSpec]) -> str:
    """Return what a request may ask for."""
    rows = (
        (
            f"<code>{escape(name)}</code>",
            ("list of: " if spec.list else "") + _TYPES[spec.type],
            _values(spec),
            "" if spec.default is None else f"<code>{escape(json_text(spec.default))}</code>",
            escape(spec.description or ""),
        )
        for name, spec in options.items()
    )
    return table(("Option", "Type", "Values", "Default", "About"), rows)


def _values(spec: ColumnSpec | OptionSpec) -> str:
    if spec.levels is not None:
        return listed([escape(level) if level else "(empty)" for level in spec.levels])
    if spec.values is not None:
        return listed([number_text(value) for value in spec.values])
    if spec.min is not None and spec.max is not None:
        return f"{number_text(spec.min)} to {number_text(spec.max)}"
    if spec.min is not None:
        return f"{number_text(spec.min)} or more"
    return "" if spec.max is None else f"{number_text(spec.max)} or less"


def _missing(spec: ColumnSpec) -> str:
    if spec.missing == "allow":
        return "is passed on"
    if spec.missing in {None, "error"}:
        return "is refused"
    return f"is taken as <code>{escape(str(spec.missing))}</code>"
