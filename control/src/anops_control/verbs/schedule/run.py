"""Runs a schedule now, whatever its times are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.scheduling.checked import chosen, require_doable
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import ScheduleResult, passing_on
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRunRequest:
    """Which schedule."""

    folder: Path
    """The project's folder."""
    name: str
    """Its name."""


def run(request: ScheduleRunRequest, events: Events) -> ScheduleResult:
    """Run it, by its rule for overlaps, and keep it in the history.

    Raises:
        CommandError: There is no such schedule, or it can't be done.
    """
    configuration = load(request.folder)
    who, found = schedules(), chosen(configuration, (request.name,))
    require_doable(configuration, found, who)
    told, result = who.run(configuration.folder, request.name, found[request.name], passing_on(events), events)
    return ScheduleResult({**told, "result": result})


VERB = Verb("schedule run", "Run a schedule now, by its rule for overlaps, and keep it in the history.",
            ScheduleRunRequest, run)  # fmt: skip
