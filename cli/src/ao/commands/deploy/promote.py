"""`ao deploy promote`: from one environment to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import CancelledError
from anops_control.verbs.deploy.promote import DeployPromoteRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.commands.deploy.showing import model_text, show_plan
from ao.presenting import presented, signals_cancel


def promote(
    environment: Environment,
    *,
    to: Annotated[str, typer.Option("--to", metavar="ENVIRONMENT", help="The environment that gets the version.")],
    checks: Annotated[
        bool, typer.Option("--checks/--no-checks", help="Look at the rules of `ao check` first, or do not.")
    ] = True,
    comparison: Annotated[
        bool,
        typer.Option("--comparison/--no-comparison", help="Compare it with the version that runs there, or do not."),
    ] = True,
    as_json: Json = False,
) -> ExitCode:
    """Bring the version that runs in one environment into another, where it passes that one's gates.

    They are asked where it runs: its reference rows, `tests`, a load test, and the statistics of `ao model promote`.
    What they showed is kept. With `approvers` it then waits for `ao deploy approve`. The alias in the other's `model`
    is moved, and the other is made so, with no request lost. Where the version does not start there, the alias points
    again to what it pointed to before.
    """
    try:
        with presented() as events, signals_cancel(events):
            request = DeployPromoteRequest(
                folder=Path(), environment=environment, to=to, checks=checks, comparison=comparison
            )
            told = run(request, events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped. See its state: ao deploy status {to}")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
        return ExitCode.OK
    if told.get("state") == "waiting":
        messages.success(f"All gates are passed; the evidence is in {told['promotion']['evidence']}.")
        messages.note(f"It waits for {' or '.join(told['approvers'])}: ao deploy approve {to}")
        return ExitCode.OK
    show_plan(told)
    messages.success(f"`{to}` runs {model_text(told['ir']['model'])}, as `{environment}` does.")
    return ExitCode.OK
