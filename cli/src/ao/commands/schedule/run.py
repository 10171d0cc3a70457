"""`ao schedule run`: runs a schedule now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.events import EventKind, Events
from anops_control.verbs.schedule.run import ScheduleRunRequest
from anops_control.verbs.schedule.run import run as do
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.schedule.options import Json  # noqa: TC001  Typer reads it
from ao.presenting import present, signals_cancel

if TYPE_CHECKING:
    from anops_control.events import Event


def run(
    name: Annotated[str, typer.Argument(help="The schedule.")],
    *,
    as_json: Json = False,
) -> ExitCode:
    """Run a schedule now, whatever its times: this is what cron, systemd and others call.

    It goes by the schedule's rule for overlaps, and is kept in the history, with its log.
    """

    def take(event: Event) -> None:
        if event.kind is EventKind.LINE:
            messages.printed(event.text)
        else:
            present(event)

    events = Events(take)
    with signals_cancel(events):
        told = do(ScheduleRunRequest(folder=Path(), name=name), events).to_dict()
    if as_json:
        messages.result_json(told)
    match told["state"]:
        case "done":
            messages.success(f"`{name}` is done.")
            return ExitCode.OK
        case "skipped":
            messages.warning(f"`{name}` was left out: {told['message']}")
            return ExitCode.OK
        case "interrupted":
            messages.plain(f"Stopped: {name}.")
            return ExitCode.INTERRUPTED
        case _:
            messages.error(
                f"`{name}` failed: {told['message']}", remedy=f"See its log: ao schedule history --run {told['id']}"
            )
            return ExitCode.PROBLEM
