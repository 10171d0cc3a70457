"""`ao monitor retrain`: refits a served model, and promotes it by the rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.verbs.monitor.retrain import MonitorRetrainRequest
from anops_control.verbs.monitor.retrain import run as do

from ao import messages
from ao.commands.monitor.options import Json, Log, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_interrupt

if TYPE_CHECKING:
    from anops_control.monitoring.retraining import Retrained

EPILOG = """
It runs `ao train`, registers what was fitted, and compares it with the version that the alias of `[monitoring]` points
to. With `promote = "if-better"` it is promoted where it passes the gates of `ao model promote`; else the command that
promotes it is told. Until then the project stays as it is.

`ao monitor retrain --reason "new prices"`  fit it anew now

`ao model hold NAME`  whatever is fitted meanwhile, the alias stays where it is
"""


def retrain(
    *,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, for the version's description.", show_default=False)
    ] = "",
    log: Log = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Refit the model, compare it with the version in use, and promote it where the rule allows."""
    with signals_interrupt(), presented() as events:
        found = do(MonitorRetrainRequest(folder=project or Path(), log=log, reason=reason), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    show(found)


def show(found: Retrained) -> None:
    """Tell a person what became of a model that was refitted."""
    name = f"{found.version.model}, version {found.version.number}"
    if found.promoted:
        messages.success(f"{found.alias} is now {name}. {found.says}")
        return
    messages.note(f"{name} is registered, and not promoted. {found.says}")
    if found.release is not None:
        messages.next_step(f"{found.release}  (where that is for you to decide, and then:)")
    if found.command is not None:
        messages.next_step(found.command)
