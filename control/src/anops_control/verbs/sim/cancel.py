"""Ends a run of an experiment."""

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
class SimCancelRequest:
    """Which experiment is ended."""

    folder: Path
    """The project's folder."""
    name: str
    """The experiment."""


@dataclass(frozen=True, slots=True)
class SimCancelResult:
    """Whether there was anything to end.

    Attributes:
        name: The experiment.
        was_running: Whether it was being run.
    """

    name: str
    was_running: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "was_running": self.was_running}


def run(request: SimCancelRequest, events: Events) -> SimCancelResult:
    """Let a run end, wherever it was started; what is finished is kept.

    Raises:
        CommandError: The experiment was never run.
    """
    del events
    place = place_of(request.folder)
    with laboratory() as who:
        return SimCancelResult(request.name, who.cancel(place.folder, request.name))


VERB = Verb("sim cancel", "End a run of an experiment; what is finished is kept.", SimCancelRequest, run)
