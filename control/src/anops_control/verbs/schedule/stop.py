"""Ends whoever runs the schedules of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.configuration import find_project
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import ScheduleResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStopRequest:
    """Nothing needs to be said."""

    folder: Path
    """The project's folder."""
    seconds: float = 60.0
    """How long to wait until it has ended."""


def run(request: ScheduleStopRequest, events: Events) -> ScheduleResult:
    """Let it end, with the runs that are under way.

    Raises:
        CommandError: It has not ended in time.
    """
    del events
    return ScheduleResult({"stopped": schedules().stop(find_project(request.folder), request.seconds)})


VERB = Verb("schedule stop", "Stop running the schedules, and end the runs under way.", ScheduleStopRequest, run)
