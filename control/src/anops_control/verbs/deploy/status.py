"""Tells how environments are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.deploying import record
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.deploying.known import status, unknown
from anops_control.errors import CommandError
from anops_control.standing.failure import StandingError
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployStatusRequest:
    """Which environments."""

    folder: Path
    """The project's folder."""
    environment: str | None = None
    """The environment; by default all of them."""


def run(request: DeployStatusRequest, events: Events) -> DeployResult:  # noqa: ARG001  as each verb has it
    """Return what runs, whether it answers, what was changed by hand, and what ran before.

    Of all environments, one that can't be looked at does not hide the others.

    Raises:
        CommandError: There is no such environment, or the one that is asked for can't be looked at.
    """
    environments = environments_of(request.folder)
    kept = record.names(environments.folder)
    if request.environment is not None and request.environment not in kept:
        environments.section(request.environment)
    if request.environment is not None:
        with told_as_commands():
            return DeployResult({"environments": [status(environments, request.environment)]})
    names = sorted({*environments.sections, *kept})
    return DeployResult({"environments": [_looked_at(environments, name) for name in names]})


def _looked_at(environments: Environments, name: str) -> dict[str, Any]:
    try:
        return status(environments, name)
    except (StandingError, CommandError) as error:
        return unknown(environments, name, error)


VERB = Verb("deploy status", "Show what runs in environments, and what was changed by hand.", DeployStatusRequest, run)
