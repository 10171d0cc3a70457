"""What is known of an environment: how it is now, what ran before, its gates, and what was promoted into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_control.deploying import gates, promotions
from anops_control.deploying.planning import look, told_changing
from anops_control.deploying.providers.provider import Home
from anops_control.deploying.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.deploying.finding import Environments
    from anops_control.errors import CommandError
    from anops_control.standing.failure import StandingError

_WAITING = ("id", "from", "version", "begun")
_PROMOTED = (*_WAITING, "state", "decision")
_MOST_PROMOTIONS = 20


def status(environments: Environments, name: str) -> dict[str, Any]:
    """Return what is known of an environment, and what there is of it now.

    Raises:
        StandingError: What is kept of it can't be read.
    """
    record = Record(environments.folder, name)
    section = environments.sections.get(name)
    promoted = promotions.kept(environments.folder, name)
    entering = {
        "waiting": [_only(each, _WAITING) for each in promoted if each["state"] == promotions.WAITING],
        "gates": [] if section is None else gates.asked_by(section),
        "approvers": [] if section is None else list(section.approvers),
        "promotions": [_promotion(each) for each in promoted[-_MOST_PROMOTIONS:]],
    }
    told = record.read()
    if told is None:
        return {"environment": name, "state": "down", "why": None, "model": None, "challenger": None, "url": None,
                "replicas": [], "drift": [], "history": [], **entering}  # fmt: skip
    now, ir = told["now"], Record.ir_of(told)
    seen = None if now is None else look(now, Home(environments.folder, record.place))
    state, why = "up", None
    if told_changing(told):
        at_work = record.is_locked()
        if at_work and seen is not None:
            seen = replace(seen, drift=())  # it is on the way from one to the other
        state = "changing" if at_work else "unfinished"
        why = "another `ao` is working on it" if at_work else "the `ao` that changed it has ended"
    elif seen is not None and not seen.replicas:
        state, why = "gone", "none of its copies runs"
    elif seen is not None and seen.drift:
        state = "drifted"
    history = [{key: each[key] for key in ("serial", "at", "how")} | {"model": each["ir"]["model"]}
               for each in [*told["history"], *([now] if now else [])]]  # fmt: skip
    return {
        "environment": name, "state": state, "why": why, "provider": ir.provider, "serial": told["serial"],
        "model": ir.to_dict()["model"], "challenger": ir.to_dict()["challenger"],
        "url": None if seen is None else seen.url,
        "replicas": [] if seen is None else list(seen.replicas), "drift": [] if seen is None else list(seen.drift),
        "history": history, **entering,
    }  # fmt: skip


def unknown(environments: Environments, name: str, error: StandingError | CommandError) -> dict[str, Any]:
    """Return what is said of an environment that can't be looked at; others are, all the same.

    Args:
        environments: The environments of the project.
        name: One of them.
        error: Why not: what is kept of it was altered, or its engine or cluster is out of reach.
    """
    section = environments.sections.get(name)
    return {
        "environment": name, "state": "unknown", "why": " ".join([error.message, *error.details]),
        "remedy": error.remedy, "provider": None if section is None else section.provider,
        "model": None, "challenger": None, "url": None, "replicas": [], "drift": [], "history": [], "waiting": [],
        "gates": [], "approvers": [], "promotions": [],
    }  # fmt: skip


def _promotion(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a promotion without what its gates rest on, which lies in its file."""
    shown = [{key: each[key] for key in ("gate", "passed", "says")} for each in told["gates"]]
    return {"decision": None, **_only(told, _PROMOTED), "gates": [*shown, _statistics(told)]}


def _statistics(told: Mapping[str, Any]) -> dict[str, Any]:
    report = told.get("statistics")
    says = told.get("refused", "not passed") if report is None else report["says"]
    return {"gate": "statistics", "passed": report is not None, "says": says}


def _only(told: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: told[key] for key in keys if key in told}
