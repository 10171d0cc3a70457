"""`ao monitor roll`: the log as Parquet files, one for each month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.monitor.roll import MonitorRollRequest, run

from ao import messages
from ao.commands.monitor.options import Json, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented

EPILOG = """
`ao monitor roll`  all that the log has

`ao monitor roll --since 40d`  the last 40 days, as a schedule does every month
"""


def roll(
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="From when on: 2026-11-21, or 30d.", show_default=False),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Until when, exclusive.", show_default=False)
    ] = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Roll the prediction log into Parquet files that DuckDB reads; they stay when the log deletes what is old."""
    with presented() as events:
        found = run(MonitorRollRequest(folder=project or Path(), since=since, until=until), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    for name, rows in found.files.items():
        messages.success(f"{found.folder / name} has {rows} rows.")
    if not found.files:
        messages.note("The log has no rows with their values in that time.")
