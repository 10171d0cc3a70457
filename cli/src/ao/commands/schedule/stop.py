"""`ao schedule stop`: ends whoever runs the schedules."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.schedule.stop import ScheduleStopRequest, run

from ao import messages
from ao.commands.schedule.options import Json  # noqa: TC001  Typer reads it


def stop(*, as_json: Json = False) -> None:
    """Stop `ao schedule start`, wherever it was started, and the runs that are under way."""
    told = run(ScheduleStopRequest(folder=Path()), Events()).to_dict()
    if as_json:
        messages.result_json(told)
    elif told["stopped"]:
        messages.success("The schedules are stopped.")
    else:
        messages.note("The schedules of this project are not running.")
