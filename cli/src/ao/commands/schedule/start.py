"""`ao schedule start`: runs what is due."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.events import EventKind, Events
from anops_control.verbs.schedule.start import ScheduleStartRequest
from anops_control.verbs.schedule.start import run as do

from ao import messages
from ao.commands.schedule.options import Json, Names  # noqa: TC001  Typer reads them
from ao.commands.schedule.showing import show_runs, show_times
from ao.presenting import present, signals_cancel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Event
    from anops_control.verbs.schedule.facts import ScheduleResult

EPILOG = """
`ao schedule start`  run all schedules of ao.toml, until Ctrl-C

`ao schedule start nightly --yes`  one of them, without a question

`ao schedule start --once --yes`  run what is due now, and what was missed, then end
"""


def start(
    names: Names = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, then end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the next times.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Run the schedules of ao.toml when they are due, until Ctrl-C or `ao schedule stop`.

    The next ten times are shown first, and nothing is kept before you agree. Times that passed while nobody ran the
    schedules are made up for by one run, or by none where `missed = "skip"`. A time at which the run before goes on is
    left out, or waits, or runs beside it, as `overlap` says. One runner at a time runs the schedules of a project.
    """
    asks = sys.stdin.isatty() and messages.console().is_terminal and not (yes or dry_run or as_json)

    def agree(found: ScheduleResult) -> bool:
        if not as_json:
            for each in found.told["schedules"]:
                show_times(each)
        return not asks or typer.confirm("Run them at these times?", default=True, err=True)

    request = ScheduleStartRequest(folder=Path(), names=tuple(names or ()), once=once, dry_run=dry_run)
    events = Events(_take, agree=None if dry_run else agree)
    with signals_cancel(events):
        told = do(request, events).to_dict()
    _show(told, as_json=as_json, dry_run=dry_run)


def _take(event: Event) -> None:
    if event.kind is EventKind.STATE and event.text:
        (messages.success if event.facts.get("state") in {None, "done"} else messages.warning)(event.text)
    elif event.kind is EventKind.LINE:
        messages.printed(f"{event.source} | {event.text}")
    else:
        present(event)


def _show(told: Mapping[str, Any], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        messages.result_json(told)
    elif dry_run:
        for each in told["schedules"]:
            show_times(each)
        messages.note("Nothing was kept or run.")
    elif told["runs"]:
        show_runs(told["runs"])
