"""The page `/docs`: what this very model takes and answers, for a person who knows the model and no web service."""

from __future__ import annotations

import json
import shlex
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from anops_model_interface.extrapolation import range_text
from anops_model_interface.words import number_text

from anops_api_service.documents.example_answer import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_model_interface.schema import ColumnSpec, OptionSpec

    from anops_api_service.documents.example_answer import Shown
    from anops_api_service.documents.model_documents import ModelDocuments

_MOST_VALUES = 12
"""More levels than this go behind a fold."""
_MOST_COLUMNS = 12
"""An example with more columns is shown as a list of them."""
_MOST_ROWS = 40
"""Of more columns than this, the others are only named, behind a fold: the page of thousands stays readable."""
_TYPES = {
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "string": "text",
    "category": "category",
    "date": "date, as 2026-01-31",
    "datetime": "time, as 2026-01-31T12:00:00Z",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1d2733; }}
h1 {{ margin-bottom: 0; }} h2 {{ margin-top: 2.2rem; border-bottom: 1px solid #d5dbe1; }}
.quiet {{ color: #5b6875; }} .scroll {{ overflow: auto; max-height: 34rem; border: 1px solid #d5dbe1; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .7rem; border-bottom: 1px solid #e6eaee; }}
th {{ position: sticky; top: 0; background: #f3f5f7; white-space: nowrap; }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; }}
code, pre {{ font: 14px/1.45 ui-monospace, monospace; background: #f3f5f7; }} code {{ padding: .1rem .25rem; }}
pre {{ padding: .7rem; overflow: auto; max-height: 22rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
details {{ margin: .5rem 0; }} summary {{ cursor: pointer; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def docs_page_without_model() -> str:
    """Return the page while no model is ready."""
    return _PAGE.format(
        title="AnOps",
        body="<h1>No model is ready yet</h1>\n<p>Its columns will be listed here. "
        '<a href="health/ready">What it waits for</a>.</p>',
    )


def docs_page_of_models(paths: Sequence[str]) -> str:
    """Return the page of a service that has several models and no default.

    Args:
        paths: Those of the models.
    """
    items = "".join(f'<li><a href="{escape(path[1:])}/docs">{escape(path)}</a></li>' for path in paths)
    return _PAGE.format(title="AnOps", body=f"<h1>The models of this service</h1>\n<ul>{items}</ul>")


def docs_page(documents: ModelDocuments, answer: Shown, address: str) -> str:
    """Return the page as HTML; its links are relative, so that it also works behind a path prefix.

    Args:
        documents: Those of the model that it is about.
        answer: The model's answer to its example.
        address: Where the service is, for commands to copy.
    """
    model = documents.model
    schema = model.schema
    name = model.name or "Model"
    about = model.metadata.properties.get("anops.description", "")
    count = len(schema.inputs)
    parts = [
        f"<h1>{escape(name)}</h1>",
        f'<p class="quiet">Version {escape(model.version)}</p>' if model.version else "",
        f"<p>{escape(about)}</p>" if about else "",
        f"<h2>What it takes: {count} column{'' if count == 1 else 's'}</h2>",
        _inputs(schema.inputs) if count else "<p>It looks at no column; each row gets a prediction.</p>",
        "<h2>What it answers, for each row</h2>",
        _table(
            ("Column", "Type", "Values", "Unit", "About"), map(_output_row, schema.outputs, schema.outputs.values())
        ),
        *_options(schema.options),
        *_example(documents, answer, address),
        *_refused(documents),
        "<h2>More</h2>",
        '<ul><li><a href="docs/try">Try requests in the browser</a></li>',
        '<li><a href="openapi.json">OpenAPI</a>, for programs and programmers</li>',
        '<li><a href="model">The same as JSON</a></li></ul>',
    ]
    title = escape(f"{model.name} {model.version}".strip() or "AnOps")
    return _PAGE.format(title=title, body="\n".join(part for part in parts if part))


_INPUT_HEAD = ("Column", "Type", "Values", "Fitted on", "Unit", "A missing value", "About")


def _inputs(inputs: dict[str, ColumnSpec]) -> str:
    shown = islice(inputs.items(), _MOST_ROWS)
    table = _table(_INPUT_HEAD, (_input_row(name, spec) for name, spec in shown))
    return table + _others([*islice(inputs.items(), _MOST_ROWS, None)])


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
    return f"<details><summary>and {_counted(len(inputs), 'more column')}</summary>{listed}{told}</details>"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


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


def _output_row(name: str, spec: ColumnSpec) -> Sequence[str]:
    about = escape(spec.description or "")
    return f"<code>{escape(name)}</code>", _TYPES[spec.type], _values(spec), escape(spec.unit or ""), about


def _options(options: dict[str, OptionSpec]) -> list[str]:
    if not options:
        return []
    rows = (
        (
            f"<code>{escape(name)}</code>",
            ("list of: " if spec.list else "") + _TYPES[spec.type],
            _values(spec),
            "" if spec.default is None else f"<code>{escape(_json(spec.default))}</code>",
            escape(spec.description or ""),
        )
        for name, spec in options.items()
    )
    return ["<h2>What a request may ask for</h2>", _table(("Option", "Type", "Values", "Default", "About"), rows)]


def _example(documents: ModelDocuments, answer: Shown, address: str) -> list[str]:
    model, rows = documents.model, documents.example
    body = _json({"data": rows})
    told_whole = len(model.schema.inputs) <= _MOST_ROWS
    asking = f"curl {shlex.quote(address + '/predict')} -H 'content-type: "
    command = (
        f"{asking}application/json' \\\n  -d {shlex.quote(body)}"
        if told_whole
        else f"{asking}text/csv' --data-binary @rows.csv"
    )
    wide = len(model.schema.inputs) > _MOST_COLUMNS
    if answer.why:
        told = [f"<p>The model gave no answer when this page was opened: {escape(answer.why)}</p>"]
    else:
        told = [
            "<p>The model answers, asked by this page:</p>",
            _records(answer.predictions),
            *(f'<p class="quiet">Warning: {escape(text)}</p>' for text in answer.warnings),
        ]
    return [
        "<h2>An example, with its answer</h2>",
        _transposed(rows) if wide else _records(rows),
        *told,
        (
            f"<details{'' if wide else ' open'}><summary>The request as a command</summary>"
            f"<pre>{escape(command)}</pre></details>"
        ),
        "<details><summary>From a file, from R, from Python</summary><pre>"
        + escape(
            f"ao predict rows.csv --url {address}\n\n"
            f'anops::predict_remote("{address}", rows)          # R: a data frame in, a data frame out\n\n'
            f'anops.Client("{address}").predict(rows)           # Python: a DataFrame in, a DataFrame out'
        )
        + "</pre></details>",
    ]


def _refused(documents: ModelDocuments) -> list[str]:
    shown = [
        f"<h3>{escape(what)}</h3><p>{escape(problem.message)}</p>"
        + (f"<p>→ {escape(problem.remedy)}</p>" if problem.remedy else "")
        + (f"<pre>{escape(_json(row))}</pre>" if len(row) <= _MOST_COLUMNS else "")
        + f'<p class="quiet">Code <code>{problem.code}</code></p>'
        for what, row, problem in refusals(documents)
    ]
    if not shown:
        return []
    return ["<h2>What is refused</h2>", f"<details><summary>Examples</summary>{''.join(shown)}</details>"]


def _values(spec: ColumnSpec | OptionSpec) -> str:
    if spec.levels is not None:
        return _listed([escape(level) if level else "(empty)" for level in spec.levels])
    if spec.values is not None:
        return _listed([number_text(value) for value in spec.values])
    if spec.min is not None and spec.max is not None:
        return f"{number_text(spec.min)} to {number_text(spec.max)}"
    if spec.min is not None:
        return f"{number_text(spec.min)} or more"
    return "" if spec.max is None else f"{number_text(spec.max)} or less"


def _listed(values: Sequence[str]) -> str:
    shown = [f"<code>{value}</code>" for value in values]
    if len(shown) <= _MOST_VALUES:
        return " ".join(shown)
    rest = len(shown) - _MOST_VALUES
    more = f"<details><summary>and {rest} more</summary>{' '.join(shown[_MOST_VALUES:])}</details>"
    return " ".join(shown[:_MOST_VALUES]) + more


def _missing(spec: ColumnSpec) -> str:
    if spec.missing == "allow":
        return "is passed on"
    if spec.missing in {None, "error"}:
        return "is refused"
    return f"is taken as <code>{escape(str(spec.missing))}</code>"


def _records(rows: Sequence[dict[str, Any]]) -> str:
    if not rows or not rows[0]:
        return "<p>(no columns)</p>"
    return _table(
        [f"<code>{escape(name)}</code>" for name in rows[0]], ([_cell(v) for v in row.values()] for row in rows)
    )


def _transposed(rows: Sequence[dict[str, Any]]) -> str:
    head = ("Column", *(f"row {i}" for i in range(1, len(rows) + 1)))
    names = islice(rows[0], _MOST_ROWS)
    table = _table(head, ([f"<code>{escape(name)}</code>", *(_cell(row[name]) for row in rows)] for name in names))
    more = len(rows[0]) - _MOST_ROWS
    told = f'<p class="quiet">and {_counted(more, "more column")}: <a href="model">the whole example as JSON</a></p>'
    return table + (told if more > 0 else "")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return number_text(value)
    return escape(value if isinstance(value, str) else "missing" if value is None else _json(value))


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    written = [[*row] for row in rows]
    titles = [*head]
    # a column that says nothing is left out
    kept = [i for i in range(len(titles)) if not written or any(row[i] for row in written)]
    lines = ["<tr>" + "".join(f"<th>{titles[i]}</th>" for i in kept) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{row[i]}</td>" for i in kept) + "</tr>" for row in written]
    return f'<div class="scroll"><table>{"".join(lines)}</table></div>'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
