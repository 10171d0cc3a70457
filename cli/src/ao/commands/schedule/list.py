"""`ao schedule list`: the schedules of a project."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.schedule.list import ScheduleListRequest, run

from ao import messages
from ao.commands.schedule.options import Json  # noqa: TC001  Typer reads it
from ao.commands.schedule.showing import show_list

EPILOG = """
A schedule is a table of ao.toml:

```
[schedules.nightly]
at = "30 2 * * 1-5"              # minute, hour, day of the month, month, day of the week
time_zone = "Europe/Brussels"
task = "train"                   # or verb = "train", "data add", …
```
"""


def list_(*, as_json: Json = False) -> None:
    """List the schedules of ao.toml, when each is due next, and how its last run ended."""
    told = run(ScheduleListRequest(folder=Path()), Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    if not told["schedules"]:
        messages.note("There is no schedule in ao.toml yet.")
        messages.next_step("Add a table such as [schedules.nightly]; `ao schedule list --help` shows one.")
        return
    show_list(told)
    if not told["running"]:
        messages.next_step("They are not being run: ao schedule start")
