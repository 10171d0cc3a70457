"""Compares a challenger with the champion of an environment while both answer, and acts on what follows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.deploying.providers.provider import Home, log_of
from anops_control.deploying.record import Record
from anops_control.errors import CommandError
from anops_control.events import CancelledError
from anops_control.rollouts.acting import act
from anops_control.rollouts.judging import WAIT, Rule, judged
from anops_control.rollouts.observed import observed
from anops_control.tracking.opening import place_of
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import doing

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.events import Events

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployCompareRequest:
    """Which environment, and what is done about it."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment: a `[deployment.NAME]` of ao.toml that has a `challenger`."""
    apply: bool = False
    """Act on the result: let the challenger take over, or take it out."""
    every_seconds: float | None = None
    """Look again after so many seconds, until something can be concluded; by default, look once."""


def run(request: DeployCompareRequest, events: Events) -> DeployResult:
    """Tell how both do since they answer side by side, and whether the challenger is to take over or to go.

    Raises:
        CommandError: Nothing is compared there, the log can't be read, or what follows can't be done.
        CancelledError: It was no longer wanted.
    """
    environments = environments_of(request.folder)
    told = _looked(environments, request.environment)
    if request.every_seconds is not None:
        if not request.every_seconds > 0:
            raise CommandError("`every_seconds` must be above 0.", code=Code.USAGE)
        while told["decision"] == WAIT:
            events.doing(told["says"])
            _pause(request.every_seconds, events)
            told = _looked(environments, request.environment)
    Record(environments.folder, request.environment).keep("comparison.json", told)
    if not request.apply or told["decision"] == WAIT:
        return DeployResult(told | {"applied": False})
    with told_as_commands():
        changed = act(environments, request.environment, told, doing(events))
    events.idle()
    return DeployResult(told | {"applied": True, "changed": changed})


def _looked(environments: Environments, name: str) -> dict[str, Any]:
    with told_as_commands():
        kept = Record(environments.folder, name).require()
        ir = Record.ir_of(kept)
    if kept["now"] is None or ir.challenger is None:
        raise CommandError(
            f"There is no challenger in `{name}` to compare with.",
            remedy=f'Name one in [deployment.{name}], such as `challenger = "{ir.model.name}@challenger"` with its '
            f"`challenger_share` or `shadow = true`, and apply it: ao deploy apply {name}",
            code=Code.USAGE,
        )
    section, rule = environments.section(name), place_of(environments.folder).section
    since = datetime.fromisoformat(kept["now"]["at"]).timestamp()
    with told_as_commands():
        found = observed(log_of(ir, Home(environments.folder, Record(environments.folder, name).place)), since)
    told = judged(ir, found, Rule(
        metric=rule.metric, better=rule.better, margin=rule.margin, level=rule.level,
        least=section.least_outcomes, most_errors=section.max_errors,
    ))  # fmt: skip
    return told | {"since": kept["now"]["at"]}


def _pause(seconds: float, events: Events) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if events.is_cancelled:
            raise CancelledError
        time.sleep(min(_LOOK_SECONDS, left))


VERB = Verb("deploy compare", "Compare a challenger with the champion while both answer.", DeployCompareRequest, run)
