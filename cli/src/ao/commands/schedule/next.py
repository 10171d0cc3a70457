"""`ao schedule next`: the next times of schedules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.schedule.next import ScheduleNextRequest, run

from ao import messages
from ao.commands.schedule.options import Json, Names  # noqa: TC001  Typer reads them
from ao.commands.schedule.showing import show_times

EPILOG = """
`ao schedule next nightly`  the next ten times of `[schedules.nightly]`

`ao schedule next --at "30 2 * * 1-5" --zone Europe/Brussels`  try times before you write them into ao.toml
"""


def next_(
    names: Names = None,
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1000, metavar="N", help="How many times.")] = 10,
    at: Annotated[
        str | None, typer.Option("--at", metavar="FIELDS", help="Five fields of cron, instead of a schedule.")
    ] = None,
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help="The time zone of --at.")] = "UTC",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show the next times of schedules, each with the offset that its time zone has then."""
    request = ScheduleNextRequest(folder=Path(), names=tuple(names or ()), count=count, at=at, time_zone=zone)
    told = run(request, Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for each in told["schedules"]:
        show_times(each)
