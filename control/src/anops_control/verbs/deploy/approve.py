"""Approves a promotion that waits, or rejects it, by the key of a named person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.deploying import promotions
from anops_control.deploying.entering import enter, source_of
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.errors import CommandError
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployApproveRequest:
    """What is approved, and by whom."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment that gets the version."""
    key: str | None = field(default=None, repr=False)
    """The key of a person whom `approvers` names, with the scope `approve`; it is not kept."""
    reject: bool = False
    """Reject it: the promotion ends, and nothing changes."""
    comment: str = ""
    """What is kept beside it."""


def run(request: DeployApproveRequest, events: Events) -> DeployResult:
    """Let the version in, as its evidence was seen; where anything has changed since, nothing is done.

    Raises:
        CommandError: Nothing waits, the key is none of those, something has changed, or the version does not start.
    """
    environments = environments_of(request.folder)
    section = environments.section(request.environment)
    promotion = promotions.require_waiting(environments.folder, request.environment)
    name = promotions.approver(environments.folder, section, request.environment, request.key)
    decision = {"by": name, "at": datetime.now(UTC).isoformat(timespec="seconds"), "comment": request.comment}
    if request.reject:
        promotions.keep(environments.folder, promotion | {"state": promotions.REJECTED, "decision": decision})
        return DeployResult({"environment": request.environment, "state": promotions.REJECTED, "by": name})
    with told_as_commands():
        runs = source_of(environments, promotion["from"])
    if (runs["model"]["name"], runs["model"]["number"]) != (promotion["model"], promotion["version"]):
        raise CommandError(
            f"`{promotion['from']}` runs version {runs['model']['number']} by now, and version {promotion['version']} "
            "is what was looked at; nothing was changed.",
            remedy=f"Look at that one: ao deploy promote {promotion['from']} --to {request.environment}",
            code=Code.PLAN_OUTDATED,
        )
    told = enter(environments, request.environment, promotion | {"decision": decision}, events)
    return DeployResult(told | {"by": name})


VERB = Verb("deploy approve", "Approve or reject a promotion that is waiting.", DeployApproveRequest, run)
