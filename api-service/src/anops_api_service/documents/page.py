"""The page `/docs`: what this very model takes and answers, for a person who knows the model and no web service."""

from __future__ import annotations

import shlex
from html import escape
from typing import TYPE_CHECKING

from anops_api_service.documents.column_tables import inputs_table, options_table, outputs_table
from anops_api_service.documents.example_answer import refusals
from anops_api_service.documents.forecast_operation import forecast_example
from anops_api_service.documents.html_tables import MOST_ROWS, json_text, records, transposed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.series.contract import SeriesContract

    from anops_api_service.documents.example_answer import Shown
    from anops_api_service.documents.model_documents import ModelDocuments

_MOST_COLUMNS = 12
"""An example with more columns is shown as a list of them."""
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
        inputs_table(schema.inputs) if count else "<p>It uses no column; each row gets a prediction.</p>",
        "<h2>What it answers, for each row</h2>",
        outputs_table(schema.outputs),
        *(["<h2>What a request may ask for</h2>", options_table(schema.options)] if schema.options else []),
        *_example(documents, answer, address),
        *_refused(documents),
        "<h2>More</h2>",
        '<ul><li><a href="docs/try">Try requests in the browser</a></li>',
        '<li><a href="openapi.json">OpenAPI</a>, for programs and programmers</li>',
        '<li><a href="model">The same as JSON</a></li></ul>',
    ]
    title = escape(f"{model.name} {model.version}".strip() or "AnOps")
    return _PAGE.format(title=title, body="\n".join(part for part in parts if part))


def _example(documents: ModelDocuments, answer: Shown, address: str) -> list[str]:
    model, rows = documents.model, documents.example
    body = json_text({"data": rows})
    told_whole = len(model.schema.inputs) <= MOST_ROWS
    asking = f"curl {shlex.quote(address + '/predict')} -H 'content-type: "
    command = (
        f"{asking}application/json' \\\n  -d {shlex.quote(body)}"
        if told_whole
        else f"{asking}text/csv' --data-binary @rows.csv"
    )
    others = (
        f"ao predict rows.csv --url {address}\n\n"
        f'anops::predict_remote("{address}", rows)          # R: a data frame in, a data frame out\n\n'
        f'anops.Client("{address}").predict(rows)           # Python: a DataFrame in, a DataFrame out'
    )
    if model.series is not None:
        command, others = _forecast(documents, model.series, address)
    wide = len(model.schema.inputs) > _MOST_COLUMNS
    if answer.why:
        told = [f"<p>The model gave no answer when this page was opened: {escape(answer.why)}</p>"]
    else:
        told = [
            "<p>The model answers, asked by this page:</p>",
            records(answer.predictions),
            *(f'<p class="quiet">Warning: {escape(text)}</p>' for text in answer.warnings),
        ]
    return [
        "<h2>An example, with its answer</h2>",
        transposed(rows) if wide else records(rows),
        *told,
        (
            f"<details{'' if wide else ' open'}><summary>The request as a command</summary>"
            f"<pre>{escape(command)}</pre></details>"
        ),
        (
            f"<details><summary>From {'a shell' if model.series else 'a file'}, from R, from Python</summary>"
            f"<pre>{escape(others)}</pre></details>"
        ),
    ]


def _forecast(documents: ModelDocuments, series: SeriesContract, address: str) -> tuple[str, str]:
    """Return how a model of a time series is asked: with curl, and from R and Python."""
    schema = documents.model.schema
    asked = forecast_example(schema, series, next(iter(documents.example), None))
    command = (
        f"curl {shlex.quote(address + '/forecast')} -H 'content-type: application/json' \\\n"
        f"  -d {shlex.quote(json_text(asked))}"
    )
    tables = [name for name in ("keys", "regressors") if name in asked]
    intervals = "level" in schema.options
    in_r = "".join(f", {name} = {name}" for name in tables) + ("" if intervals else ", level = numeric()")
    in_python = "".join(f", {name}={name}" for name in tables) + ("" if intervals else ", level=[]")
    frames = f": {' and '.join(tables)} are data frames" if tables else ""
    in_shell = " --regressors future.csv" if "regressors" in asked else ""
    for key in asked.get("keys", ()):
        in_shell += f" --series {shlex.quote(','.join(f'{name}={value}' for name, value in key.items()))}"
    return command, (
        f"ao series forecast --horizon {asked['horizon']}{in_shell} --url {address}\n\n"
        f'anops::forecast_remote("{address}", h = {asked["horizon"]}{in_r})          # R{frames}\n\n'
        f'anops.Client("{address}").forecast({asked["horizon"]}{in_python})           # Python{frames}'
    )


def _refused(documents: ModelDocuments) -> list[str]:
    shown = [
        f"<h3>{escape(what)}</h3><p>{escape(problem.message)}</p>"
        + (f"<p>→ {escape(problem.remedy)}</p>" if problem.remedy else "")
        + (f"<pre>{escape(json_text(row))}</pre>" if len(row) <= _MOST_COLUMNS else "")
        + f'<p class="quiet">Code <code>{problem.code}</code></p>'
        for what, row, problem in refusals(documents)
    ]
    if not shown:
        return []
    return ["<h2>What is refused</h2>", f"<details><summary>Examples</summary>{''.join(shown)}</details>"]
