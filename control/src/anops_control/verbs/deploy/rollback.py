"""Brings back what ran in an environment before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.deploying.applying import rollback
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import doing

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployRollbackRequest:
    """Which environment."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment: a `[deployment.NAME]` of ao.toml."""
    to: int | None = None
    """Which earlier state, by its number in the history; by default the last one that differs."""


def run(request: DeployRollbackRequest, events: Events) -> DeployResult:
    """Bring back the version, and the settings, that ran before, with no request lost.

    Raises:
        CommandError: Nothing ran before, it does not start, or another `ao` changes the environment.
        CancelledError: It was no longer wanted.
    """
    environments = environments_of(request.folder)
    with told_as_commands():
        told = rollback(environments, request.environment, doing(events), to=request.to)
    events.idle()
    return DeployResult(told)


VERB = Verb("deploy rollback", "Bring back what ran in an environment before.", DeployRollbackRequest, run)
