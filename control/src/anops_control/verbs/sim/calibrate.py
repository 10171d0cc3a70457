"""Finds parameters by what was observed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import CancelledError
from anops_control.experiments.clusters import cluster_of
from anops_control.experiments.finding import calibration_of, place_of, program_of, settings_of
from anops_control.experiments.port import laboratory
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SimCalibrateRequest:
    """What is calibrated."""

    folder: Path
    """The project's folder."""
    name: str
    """The calibration: `[calibrations.NAME]` of ao.toml."""
    trials: int | None = None
    """How many proposals are made in the whole range."""
    workers: int | None = None
    """How many simulations run at once."""
    storage: str | None = None
    """The database that several computers share: `postgresql+psycopg://host/name`."""
    scheduler: str | None = None
    """The address of a Dask scheduler that runs the simulations; by default this computer does."""
    workspace: str | None = None
    """The workspace that runs them."""


@dataclass(frozen=True, slots=True)
class SimCalibrateResult:
    """What was found.

    Attributes:
        told: The facts: the estimates with their intervals, the best proposal, and where all of it was written.
    """

    told: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return dict(self.told)


def run(request: SimCalibrateRequest, events: Events) -> SimCalibrateResult:
    """Calibrate, or go on with it: proposals that have an outcome are not simulated again.

    Raises:
        CommandError: It can't be done, or nothing works.
        CancelledError: It was wanted no more; what is finished is kept.
    """
    place = place_of(request.folder)
    section = calibration_of(place, request.name)
    changed = {name: getattr(request, name) for name in ("trials", "workers", "storage")}
    section = replace(section, **{name: value for name, value in changed.items() if value is not None})

    def tell(facts: Mapping[str, Any]) -> None:
        if facts["event"] == "progress":
            best = "" if facts["best"] is None else f", the least distance is {facts['best']:.6g}"
            events.doing(f"{request.name}: {facts['done']} of {facts['total']} proposals done{best}")
            events.amount(facts["done"] + facts["failed"], facts["total"])
        else:
            events.warning(f"Proposal {facts['number']} failed: {facts['message']}")
        events.state(facts, source=request.name)

    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True

    with laboratory() as who, events.on_cancel(stop):
        program, environ = program_of(place, who.language(section.function))
        told = who.calibrate(
            place.folder, request.name, settings_of(section), program=program, environ=environ,
            cluster=cluster_of(request.scheduler, request.workspace), tell=tell, stopped=lambda: stopped,
        )  # fmt: skip
    events.idle()
    if told["state"] == "cancelled":
        raise CancelledError(
            f"Ended; {told['done']} proposals are kept. Go on with it: ao sim calibrate {request.name}"
        )
    return SimCalibrateResult(told)


VERB = Verb("sim calibrate", "Find the parameters that fit the observations.", SimCalibrateRequest, run)
