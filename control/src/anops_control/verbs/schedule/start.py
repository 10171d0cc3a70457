"""Runs the schedules of a project when they are due."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.scheduling.checked import chosen, require_doable
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import COUNT, ScheduleResult, described, passing_on
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStartRequest:
    """Which schedules."""

    folder: Path
    """The project's folder."""
    names: tuple[str, ...] = ()
    """Their names; by default all."""
    once: bool = False
    """Run what is due now, and end."""
    dry_run: bool = False
    """Only show the next times."""


def run(request: ScheduleStartRequest, events: Events) -> ScheduleResult:
    """Tell the next times, then run what is due until that is wanted no more.

    Raises:
        CommandError: Somebody runs them already, or one of them can't be done or never comes.
    """
    configuration = load(request.folder)
    who, found = schedules(), chosen(configuration, request.names)
    require_doable(configuration, found, who)
    planned = [described(name, each, who, COUNT) for name, each in found.items()]
    told = ScheduleResult({"schedules": planned, "runs": []})
    if request.dry_run or (events.agree is not None and not events.agree(told)):
        return told
    ran = who.start(configuration.folder, found, once=request.once, events=events, tell=passing_on(events))
    return ScheduleResult({"schedules": planned, "runs": ran})


VERB = Verb("schedule start", "Run the schedules of ao.toml when they are due, until this is cancelled.",
            ScheduleStartRequest, run)  # fmt: skip
