"""Takes an environment down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.deploying.applying import down
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import doing

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployDownRequest:
    """Which environment."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment."""


def run(request: DeployDownRequest, events: Events) -> DeployResult:
    """Take an environment down with all that was started for it; requests under way are finished.

    Raises:
        CommandError: It is not up, or another `ao` changes it.
    """
    environments = environments_of(request.folder)
    with told_as_commands():
        down(environments, request.environment, doing(events))
    events.idle()
    return DeployResult({"environment": request.environment, "state": "down"})


VERB = Verb("deploy down", "Stop and remove an environment.", DeployDownRequest, run)
