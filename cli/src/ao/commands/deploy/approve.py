"""`ao deploy approve`: a named person's yes or no to a promotion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import CancelledError
from anops_control.verbs.deploy.approve import DeployApproveRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.commands.deploy.showing import model_text
from ao.looking.options import key_in
from ao.presenting import presented, signals_cancel


def approve(
    environment: Environment,
    *,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file", metavar="FILE",
            help="The file with your key; by default the environment variable ANOPS_KEY has it.", show_default=False,
        ),
    ] = None,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it: it ends, and nothing changes.")] = False,
    comment: Annotated[str, typer.Option("--comment", help="What is kept beside it.", show_default=False)] = "",
    as_json: Json = False,
) -> ExitCode:  # fmt: skip
    """Approve the promotion that waits in front of an environment, or reject it.

    Your key must be one of those that `approvers` of the environment names, with the scope `approve`. Where anything
    has changed since the gates were passed, nothing is done.
    """
    try:
        with presented() as events, signals_cancel(events):
            request = DeployApproveRequest(
                folder=Path(), environment=environment, key=key_in(key_file), reject=reject, comment=comment
            )
            told = run(request, events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped. See its state: ao deploy status {environment}")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
    elif reject:
        messages.success(f"`{told['by']}` has rejected it; `{environment}` stays as it is.")
    else:
        messages.success(f"`{environment}` runs {model_text(told['ir']['model'])}, approved by `{told['by']}`.")
    return ExitCode.OK
