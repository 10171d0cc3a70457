"""Shows what would change in an environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.deploying.planning import planned, remember
from anops_control.deploying.record import Record
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployPlanRequest:
    """Which environment."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment: a `[deployment.NAME]` of ao.toml."""


def run(request: DeployPlanRequest, events: Events) -> DeployResult:  # noqa: ARG001  as each verb has it
    """Return what would change, and what was changed by hand; nothing is done.

    Raises:
        CommandError: There is no such environment or version, or ao.toml can't be used.
    """
    environments = environments_of(request.folder)
    with told_as_commands():
        record = Record(environments.folder, request.environment)
        plan = planned(environments, request.environment, record)
        remember(record, plan)
    return DeployResult(plan.to_dict())


VERB = Verb("deploy plan", "Show what would change in an environment; nothing is done.", DeployPlanRequest, run)
