"""`ao sim resume`: goes on with an experiment that was ended."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.sim.resume import SimResumeRequest, run
from anops_model_interface.exit_codes import ExitCode  # noqa: TC002  Typer reads it

from ao.commands.sim.options import Json, Name, Project, Scheduler, Workspace  # noqa: TC001  the same
from ao.commands.sim.reporting import ran


def resume(
    name: Name,
    *,
    scheduler: Scheduler = None,
    workspace: Workspace = None,
    project: Project = None,
    as_json: Json = False,
) -> ExitCode:
    """Go on with an experiment as it was run last: what is finished is not run again, what failed is."""
    request = SimResumeRequest(folder=project or Path(), name=name, scheduler=scheduler, workspace=workspace)
    return ran(lambda events: run(request, events), as_json=as_json)
