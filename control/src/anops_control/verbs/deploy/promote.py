"""Brings the version that runs in one environment into another, through the gates of that one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.deploying import gates, promotions
from anops_control.deploying.entering import alias_at, enter, source_of
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.deploying.record import Record
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.promoting.promotion import Rule, looked_at
from anops_control.tracking.addresses import address_of
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployPromoteRequest:
    """From where to where."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment whose version is promoted."""
    to: str
    """The environment that gets it; its `model` names an alias, which is moved."""
    checks: bool = True
    """Look at the rules of `ao check` first, the reference rows among them."""
    comparison: bool = True
    """Compare it with the version that the alias points to."""


def run(request: DeployPromoteRequest, events: Events) -> DeployResult:
    """Ask all gates, keep what they showed, and let the version in where it passes, or once it is approved.

    Where the version does not start there, the alias points again to what it pointed to before.

    Raises:
        CommandError: Nothing runs, or it is not as it was brought up; the version does not pass or does not start.
        CancelledError: It was no longer wanted.
    """
    environments = environments_of(request.folder)
    section = environments.section(request.to)
    alias, model = _alias_of(environments, request.to)
    with told_as_commands():
        runs = source_of(environments, request.environment)
    if runs["model"]["name"] != model:
        raise CommandError(
            f"`{request.environment}` runs the model `{runs['model']['name']}`, and `{request.to}` has `{model}`.",
            code=Code.USAGE,
        )
    promotion = promotions.begun(
        Record(environments.folder, request.to), **{"from": request.environment}, model=model, alias=alias,
        version=runs["model"]["number"], digest=runs["model"]["digest"],
        before=alias_at(environments, model, alias),
    )  # fmt: skip
    with telling(events):
        promotion["gates"] = gates.passed_by(environments.folder, section, runs["url"], runs["model"], events)
    promotion["statistics"], refused = _statistics(environments, promotion, request, events)
    reasons = [*gates.reasons(promotion["gates"]), *([refused.message, *refused.details] if refused else [])]
    if reasons:
        why = {"refused": "; ".join(refused.details or (refused.message,))} if refused else {}
        file = promotions.keep(environments.folder, promotion | {"state": promotions.REFUSED, **why})
        raise CommandError(
            f"Version {promotion['version']} of `{model}` does not come into `{request.to}`; nothing was changed.",
            details=reasons,
            remedy=f"See the evidence: {file}",
            code=Code.PROMOTION_REFUSED,
        )
    if section.approvers:
        file = promotions.keep(environments.folder, promotion | {"state": promotions.WAITING})
        told = promotion | {"state": promotions.WAITING, "evidence": str(file)}
        return DeployResult({"environment": request.to, "state": promotions.WAITING, "promotion": told,
                             "approvers": list(section.approvers)})  # fmt: skip
    return DeployResult(enter(environments, request.to, promotion, events))


def _statistics(
    environments: Environments, promotion: dict[str, Any], request: DeployPromoteRequest, events: Events
) -> tuple[dict[str, Any] | None, CommandError | None]:
    """Return the report of `ao model promote`'s gates; why the version does not pass them, where it does not."""
    place = place_of(environments.folder)
    rule = Rule.of(place.section, place.home, checks=request.checks)
    with telling(events), kept(place) as keeper:
        version = keeper.version(promotion["model"], promotion["version"])
        try:
            return looked_at(place, keeper, version, promotion["alias"], rule, events, compare=request.comparison), None
        except CommandError as error:
            if error.code is not Code.PROMOTION_REFUSED:
                raise
            return None, error


def _alias_of(environments: Environments, name: str) -> tuple[str, str]:
    address = address_of(environments.section(name).model)
    if address.alias is None:
        raise CommandError(
            f"The environment `{name}` names no alias: its `model` is `{environments.section(name).model}`.",
            remedy=f"Name one in [deployment.{name}], such as {address.model}@{name}: a promotion moves it.",
            code=Code.USAGE,
        )
    return address.alias, address.model


VERB = Verb("deploy promote", "Deploy the version that runs in one environment to another.", DeployPromoteRequest,
            run)  # fmt: skip
