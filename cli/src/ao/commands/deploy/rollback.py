"""`ao deploy rollback`: what ran in an environment before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import CancelledError
from anops_control.verbs.deploy.rollback import DeployRollbackRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.commands.deploy.showing import model_text, show_plan
from ao.presenting import presented, signals_cancel


def rollback(
    environment: Environment,
    *,
    to: Annotated[
        int | None,
        typer.Option("--to", min=1, metavar="N", help="Which change, by its number; see ao deploy status --json."),
    ] = None,
    as_json: Json = False,
) -> ExitCode:
    """Bring back the version, and the settings, that ran in an environment before, with no request lost."""
    try:
        with presented() as events, signals_cancel(events):
            told = run(DeployRollbackRequest(folder=Path(), environment=environment, to=to), events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped. See its state: ao deploy status {environment}")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
        return ExitCode.OK
    show_plan(told)
    messages.success(f"`{environment}` runs {model_text(told['ir']['model'])} again.")
    return ExitCode.OK
