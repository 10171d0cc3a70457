"""Tells what a run of an experiment would do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.experiments.finding import place_of, section_of, settings_of
from anops_control.experiments.port import laboratory
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SimPlanRequest:
    """Which experiment."""

    folder: Path
    """The project's folder."""
    name: str
    """The experiment: `[experiments.NAME]` of ao.toml."""


@dataclass(frozen=True, slots=True)
class SimPlanResult:
    """What would be done.

    Attributes:
        told: The facts.
    """

    told: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.told


def run(request: SimPlanRequest, events: Events) -> SimPlanResult:
    """Tell how many runs there are, and how many of them are finished.

    Raises:
        CommandError: There is no such experiment, or its design can't be made.
    """
    del events
    place = place_of(request.folder)
    section = section_of(place, request.name)
    with laboratory() as who:
        return SimPlanResult(who.plan(place.folder, request.name, settings_of(section)))


VERB = Verb("sim plan", "Show what a run of an experiment would do.", SimPlanRequest, run)
