"""`ao sim status`: how far experiments are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.experiments.going import said
from anops_control.verbs.sim.status import SimStatusRequest, run

from ao import messages
from ao.commands.sim.options import Json, Project  # noqa: TC001  Typer reads them
from ao.commands.sim.reporting import show_failures


def status(
    name: Annotated[str | None, typer.Argument(help="The experiment; by default all that were begun.")] = None,
    *,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Show how many runs are done, waiting and failed, and why."""
    found = run(SimStatusRequest(folder=project or Path(), name=name), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    if not found.experiments:
        messages.note("No experiment has been run yet.")
    for each in found.experiments:
        state = "running" if each["running"] else each["ended"] or "not finished"
        done = f"{each['done']} done, {each['waiting']} waiting, {each['failed']} failed"
        messages.result(f"{each['name']}: {state}; {done}")
        if each["running"] and each["progress"]:
            messages.result(f"  {said(each['name'], each['progress'])}")
        show_failures(each)
