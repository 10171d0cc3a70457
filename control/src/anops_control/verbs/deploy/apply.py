"""Brings an environment up, or changes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.deploying.applying import apply
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import doing

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployApplyRequest:
    """Which environment."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment: a `[deployment.NAME]` of ao.toml."""
    plan: str | None = None
    """Apply only if the changes are exactly those of this plan, by its name in `deploy plan`; otherwise nothing is
    done.
    """


def run(request: DeployApplyRequest, events: Events) -> DeployResult:
    """Bring an environment to what ao.toml says, with no request lost; if it can't start, all stays as it was.

    Raises:
        CommandError: It can't be planned, is otherwise than the plan, does not start, or another `ao` changes it.
        CancelledError: It was no longer wanted.
    """
    environments = environments_of(request.folder)
    with told_as_commands():
        told = apply(environments, request.environment, doing(events), plan=request.plan)
    events.idle()
    return DeployResult(told)


VERB = Verb(
    "deploy apply", "Bring an environment to the state in ao.toml, with no request lost.", DeployApplyRequest, run
)
