"""`ao monitor incidents`: what alerts have found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.monitor.incidents import MonitorIncidentsRequest, run
from rich.table import Table

from ao import messages
from ao.commands.monitor.options import Json, Project  # noqa: TC001  Typer reads them

EPILOG = """
`ao monitor incidents`  the open ones, then the newest
"""


def incidents(
    *,
    most: Annotated[int, typer.Option("--most", metavar="N", help="How many are listed.", min=1)] = 50,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """List incidents: the open ones, then the newest."""
    found = run(MonitorIncidentsRequest(folder=project or Path(), most=most), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    if not found.incidents:
        messages.note("There has been no incident.")
        return
    table = Table("", "alert", "of", "began", "ended", "", box=None)
    for each in found.incidents:
        told = each.to_dict()
        table.add_row(
            str(each.id), each.alert, each.subject, told["started"][:16], (told["ended"] or "open")[:16], each.says
        )
    messages.result_table(table)
