"""Tells how far experiments are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.experiments.finding import place_of
from anops_control.experiments.port import laboratory
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SimStatusRequest:
    """Which experiments."""

    folder: Path
    """The project's folder."""
    name: str | None = None
    """One of them; by default all that were begun."""


@dataclass(frozen=True, slots=True)
class SimStatusResult:
    """How far they are.

    Attributes:
        experiments: What is known of each.
    """

    experiments: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"experiments": self.experiments}


def run(request: SimStatusRequest, events: Events) -> SimStatusResult:
    """Tell how many runs are done, wait and failed, and why.

    Raises:
        CommandError: The experiment was never run.
    """
    del events
    place = place_of(request.folder)
    with laboratory() as who:
        names = who.names(place.folder) if request.name is None else [request.name]
        return SimStatusResult([who.status(place.folder, name) for name in names])


VERB = Verb("sim status", "Show the progress of experiments.", SimStatusRequest, run)
