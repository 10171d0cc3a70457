"""`ao deploy apply`: an environment becomes what ao.toml says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import CancelledError
from anops_control.verbs.deploy.apply import DeployApplyRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.commands.deploy.showing import model_text, show_plan
from ao.presenting import presented, signals_cancel


def apply(
    environment: Environment,
    *,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="PLAN", help="Apply only if the changes are exactly those of this plan."),
    ] = None,
    as_json: Json = False,
) -> ExitCode:
    """Bring an environment to what ao.toml says, with no request lost; if it can't start, all stays as it was."""
    try:
        with presented() as events, signals_cancel(events):
            request = DeployApplyRequest(folder=Path(), environment=environment, plan=plan)
            told = run(request, events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped. See its state: ao deploy status {environment}")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
        return ExitCode.OK
    show_plan(told)
    where = told["connection"].get("url")
    messages.success(f"`{environment}` runs {model_text(told['ir']['model'])}" + (f": {where}" if where else "."))
    return ExitCode.OK
