"""Goes on with an experiment that was ended, as it was run last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.experiments.bundled import taken_again
from anops_control.experiments.clusters import cluster_of
from anops_control.experiments.finding import place_of
from anops_control.experiments.going import SimEnded, go
from anops_control.experiments.port import laboratory
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SimResumeRequest:
    """Which experiment goes on."""

    folder: Path
    """The project's folder."""
    name: str
    """The experiment."""
    scheduler: str | None = None
    """The address of a Dask scheduler that runs it; by default this computer does."""
    workspace: str | None = None
    """The workspace that runs it."""


def run(request: SimResumeRequest, events: Events) -> SimEnded:
    """Go on with an experiment, with the settings of its last run: what is finished is not run again.

    Raises:
        CommandError: It was never run, or can't be.
        CancelledError: It was wanted no more; what is finished is kept.
    """
    place = place_of(request.folder)
    with laboratory() as who:
        settings = who.settings(place.folder, request.name)
    bundled = taken_again(place, settings)
    return go(place, request.name, settings, cluster_of(request.scheduler, request.workspace), events, bundled=bundled)


VERB = Verb("sim resume", "Continue an experiment that was stopped.", SimResumeRequest, run)
