"""`ao config`: every setting, and where its value comes from."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.configuration import load
from anops_control.configuration.json_schema import json_schema
from anops_control.configuration.settings import Origin
from anops_control.environment import find_r, interpreter_of, probe
from anops_model_interface.codes import ExitCode
from rich.table import Table
from rich.text import Text

from ao import elsewhere, messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.configuration import Configuration
    from anops_control.configuration.settings import Setting
    from anops_project.project import Project

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
    It also shows which Python and which R load the model.
    """
    if schema:
        messages.result_json(json_schema())
        return ExitCode.OK
    flags = {
        "port": port,
        "workers": workers,
        "max_batch_rows": max_batch_rows,
        "deadline_seconds": deadline_seconds,
    }
    elsewhere.remember(folder)
    configuration = load(folder, flags=flags)
    loaded_by = _loaded_by(configuration.project)
    if as_json:
        messages.result_json(_to_json(configuration, loaded_by))
    else:
        messages.result_table(_table(configuration.settings))
        for program, what in loaded_by.items():
            messages.result(f"{program}: {_program_text(what)}")
    messages.findings(configuration.findings)
    return ExitCode.OK


def _loaded_by(project: Project) -> dict[str, dict[str, str] | None]:
    python = interpreter_of(project)
    found = {"version": probe(python.path).version, "path": str(python.path), "origin": python.origin}
    programs: dict[str, dict[str, str] | None] = {"Python": found}
    if project.project.language == "r":
        r = find_r()
        programs["R"] = {"version": r.version, "path": str(r.path), "origin": "PATH"} if r else None
    return programs


def _program_text(what: dict[str, str] | None) -> str:
    return f"{what['version']} at {what['path']} ({what['origin']})" if what else "none on PATH"


def _to_json(configuration: Configuration, loaded_by: dict[str, dict[str, str] | None]) -> dict[str, object]:
    return {
        "file": str(configuration.path),
        "settings": {
            setting.key: {"value": setting.value, "origin": setting.origin.value, "source": setting.source}
            for setting in configuration.settings
        },
        "loaded_by": {program.lower(): what for program, what in loaded_by.items()},
    }


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
