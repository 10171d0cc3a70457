"""Brings the version that runs in one environment into another, through the gates of its alias."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.deploying.applying import apply, status
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.errors import CommandError
from anops_control.tracking.addresses import address_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.model import demote, promote, rollback
from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import doing

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployPromoteRequest:
    """From where to where."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment whose version goes on."""
    to: str
    """The environment that gets it; its `model` names an alias, which is moved."""
    checks: bool = True
    """Look at the rules of `ao check` first, the reference rows among them."""
    comparison: bool = True
    """Compare it with the version that the alias points to."""


def run(request: DeployPromoteRequest, events: Events) -> DeployResult:
    """Move the alias of an environment to the version that runs in another, where it passes, and apply that.

    Where the version does not start there, the alias points again to what it pointed to before.

    Raises:
        CommandError: Nothing runs, or it is not as it was brought up; the version does not pass or does not start.
        CancelledError: It was wanted no more.
    """
    environments = environments_of(request.folder)
    alias, model = _alias_of(environments, request.to)
    with told_as_commands():
        runs = status(environments, request.environment)
    _require_up(runs, request.environment)
    if runs["model"]["name"] != model:
        raise CommandError(
            f"`{request.environment}` runs the model `{runs['model']['name']}`, and `{request.to}` has `{model}`.",
            code=Code.USAGE,
        )
    passed = promote.run(
        promote.ModelPromoteRequest(
            folder=environments.folder, address=f"{model}/{runs['model']['number']}", alias=alias,
            checks=request.checks, comparison=request.comparison,
        ),
        events,
    ).to_dict()  # fmt: skip
    try:
        with told_as_commands():
            told = apply(environments, request.to, doing(events), plan=None)
    except BaseException:
        _back(environments, f"{model}@{alias}", passed["promotion"]["before"], runs["model"]["number"], events)
        raise
    events.idle()
    return DeployResult(told | {"promotion": passed["promotion"]})


def _back(environments: Environments, address: str, before: int | None, now: int, events: Events) -> None:
    """Let an alias point to what it pointed to before."""
    if before is None:
        demote.run(demote.ModelDemoteRequest(folder=environments.folder, address=address), events)
    elif before != now:
        rollback.run(rollback.ModelRollbackRequest(folder=environments.folder, address=address), events)


def _alias_of(environments: Environments, name: str) -> tuple[str, str]:
    address = address_of(environments.section(name).model)
    if address.alias is None:
        raise CommandError(
            f"The environment `{name}` names no alias: its `model` is `{environments.section(name).model}`.",
            remedy=f"Name one in [deployment.{name}], such as {address.model}@{name}: a promotion moves it.",
            code=Code.USAGE,
        )
    return address.alias, address.model


def _require_up(runs: dict[str, Any], name: str) -> None:
    if runs["state"] != "up":
        raise CommandError(
            f"The environment `{name}` is {runs['state']}: only what runs as it was brought up is promoted.",
            details=runs["drift"],
            remedy=f"Bring it up: ao deploy apply {name}",
            code=Code.DEPLOYMENT_FAILED,
        )


VERB = Verb("deploy promote", "Bring the version that runs in one environment into another.", DeployPromoteRequest,
            run)  # fmt: skip
