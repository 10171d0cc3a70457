"""`ao deploy down`: takes an environment down."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import CancelledError
from anops_control.verbs.deploy.down import DeployDownRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_cancel


def down(environment: Environment, *, as_json: Json = False) -> ExitCode:
    """Take an environment down with all that was started for it; requests under way are finished."""
    try:
        with presented() as events, signals_cancel(events):
            told = run(DeployDownRequest(folder=Path(), environment=environment), events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped; `{environment}` is not down yet. Go on: ao deploy down {environment}")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
    else:
        messages.success(f"`{environment}` is down.")
    return ExitCode.OK
