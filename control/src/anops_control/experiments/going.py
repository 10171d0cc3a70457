"""Runs an experiment, and tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_control.events import CancelledError
from anops_control.experiments.finding import program_of
from anops_control.experiments.port import laboratory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Events
    from anops_control.experiments.bundled import Bundled
    from anops_control.experiments.finding import Experiments

_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class SimEnded:
    """How a run of an experiment ended.

    Attributes:
        told: What is known: how many are done and failed, where the results are.
    """

    told: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return dict(self.told)


def go(
    place: Experiments,
    name: str,
    settings: Mapping[str, Any],
    cluster: Mapping[str, Any] | None,
    events: Events,
    *,
    bundled: Bundled | None = None,
) -> SimEnded:
    """Run what is not finished of an experiment, with the project's code or that of a bundle.

    Raises:
        CommandError: It can't be run, or nothing works.
        CancelledError: It was wanted no more; what is finished is kept.
    """

    def tell(facts: Mapping[str, Any]) -> None:
        if facts["event"] == "progress":
            events.doing(said(name, facts))
            events.amount(facts["done"] + facts["failed"], facts["total"])
            events.state(facts, source=name)
        else:
            which = f", replicate {facts['replicate']}" if facts["replicate"] else ""
            events.warning(
                f"`{facts['function']}` failed with {_listed(facts['params'])}{which}: {facts['message']}"
                + (f" ({facts['where']})" if facts["where"] else "")
            )
            events.state(facts, source=name)

    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True

    with laboratory() as who, events.on_cancel(stop):
        program, environ = program_of(place, who.language(settings["function"]))
        facts = {} if bundled is None else bundled.facts()
        told = who.run(
            place.folder, name, {**settings, **facts}, program=program, environ=environ, cluster=cluster, tell=tell,
            stopped=lambda: stopped, code=None if bundled is None else bundled.place.folder,
        )  # fmt: skip
    events.idle()
    if told["state"] == "cancelled":
        raise CancelledError(f"Ended; {told['done']} runs are kept. Go on with it: ao sim resume {name}")
    if told["alike"]:
        events.warning(
            f"All replicates of `{name}` gave the same. If it is to draw random numbers, take `set.seed()`, or a "
            "generator with a seed of its own, out of the function."
        )
    return SimEnded(told)


def said(name: str, facts: Mapping[str, Any]) -> str:
    """Say how far it is, in a line."""
    text = f"{name}: {facts['done']} of {facts['total']} done"
    if facts["failed"]:
        text += f", {facts['failed']} failed"
    if facts["per_second"]:
        text += f", {facts['per_second']:.3g} a second"
    if facts["seconds_left"] is not None:
        text += f", {_duration(facts['seconds_left'])} left"
    return text


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h"


def _listed(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in params.items()) or "no parameters"
