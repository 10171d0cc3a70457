"""Tells what the services of an environment have said last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.deploying.applying import logs
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployLogsRequest:
    """Which environment."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment."""
    lines: int = 100
    """How many lines at most."""


def run(request: DeployLogsRequest, events: Events) -> DeployResult:  # noqa: ARG001  as each verb has it
    """Return the last lines.

    Raises:
        CommandError: It is not up.
    """
    environments = environments_of(request.folder)
    with told_as_commands():
        said = logs(environments, request.environment, max(1, request.lines))
    return DeployResult({"environment": request.environment, "lines": said})


VERB = Verb("deploy logs", "Show the latest log lines of an environment's services.", DeployLogsRequest, run)
