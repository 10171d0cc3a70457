"""`ao schedule history`: which runs there were."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.schedule.history import ScheduleHistoryRequest, run

from ao import messages
from ao.commands.schedule.options import Json  # noqa: TC001  Typer reads it
from ao.commands.schedule.showing import show_runs

EPILOG = """
`ao schedule history`  the last runs of all schedules

`ao schedule history --run 12`  what run 12 said
"""


def history(
    name: Annotated[str | None, typer.Argument(help="The schedule; by default all.", show_default=False)] = None,
    *,
    number: Annotated[
        int | None, typer.Option("--run", metavar="N", help="Show the log of a run.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10000, metavar="N", help="How many runs.")] = 20,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show past runs, the newest first, how each ended, and the log of one."""
    request = ScheduleHistoryRequest(folder=Path(), name=name, number=number, limit=limit)
    told = run(request, Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    if not told["runs"]:
        messages.note("No schedule has run here yet.")
        return
    show_runs(told["runs"])
    if number is not None:
        messages.result(told["runs"][0]["log"].rstrip())
