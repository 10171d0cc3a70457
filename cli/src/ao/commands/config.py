"""`ao config`: every setting, and where its value comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.configuration.json_schema import json_schema
from anops_control.configuration.settings import Origin
from anops_control.events import Events
from anops_control.verbs.config import ConfigRequest, run
from anops_model_interface.exit_codes import ExitCode
from rich.table import Table
from rich.text import Text

from ao import elsewhere, messages
from ao.places import tell_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.configuration.settings import Setting

EPILOG = """
`ao config`  show every setting

`ANOPS_WORKERS=4 ao config --port 9000`  see what a flag or an environment variable changes

`ao config --schema > ao.schema.json`  let your editor complete ao.toml
"""


def config(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The project's folder; by default the current one.")
    ] = None,
    *,
    port: Annotated[int | None, typer.Option(metavar="N", help="As if `ao serve` had this flag.")] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="As if `ao serve` had this flag.")] = None,
    max_batch_rows: Annotated[int | None, typer.Option(metavar="N", help="As if it were set for a service.")] = None,
    deadline_seconds: Annotated[
        float | None, typer.Option(metavar="S", help="As if it were set for a service.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the settings as JSON.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Write the JSON Schema of ao.toml, for editors.")] = False,
) -> ExitCode:
    """Show every effective setting with its value, and where the value comes from.

    A flag wins over an environment variable (`ANOPS_PORT`, …), which wins over `ao.toml`, which wins
    over the default.
    It also shows which Python and which R load the model, and where versions, runs and workspaces are kept.
    """
    if schema:
        messages.result_json(json_schema())
        return ExitCode.OK
    elsewhere.remember(folder)
    request = ConfigRequest(
        folder=folder or Path(),
        port=port,
        workers=workers,
        max_batch_rows=max_batch_rows,
        deadline_seconds=deadline_seconds,
    )
    found = run(request, Events())
    if as_json:
        messages.result_json(found.to_dict())
    else:
        messages.result_table(_table(found.configuration.settings))
        for program, what in found.loaded_by.items():
            messages.result(f"{program}: {_program_text(what)}")
        tell_places(found.kept, found.providers)
    messages.findings(found.configuration.findings)
    return ExitCode.OK


def _program_text(what: dict[str, str] | None) -> str:
    return f"{what['version']} at {what['path']} ({what['origin']})" if what else "none on PATH"


def _table(settings: Sequence[Setting]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Setting", no_wrap=True)
    table.add_column("Value", overflow="fold")
    table.add_column("From", no_wrap=True)
    for setting in settings:
        style = "dim" if setting.origin is Origin.DEFAULT else ""
        table.add_row(Text(setting.key), Text(_value_text(setting.value)), Text(setting.source), style=style)
    return table


def _value_text(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"type"}:
        value = value["type"]
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
