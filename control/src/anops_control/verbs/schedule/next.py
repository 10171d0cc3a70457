"""Tells the next times of schedules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.sections.schedules import is_time_zone

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.scheduling.checked import chosen, require_doable
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import COUNT, ScheduleResult, described, written
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleNextRequest:
    """Of which schedules, or of which times that are in no ao.toml yet."""

    folder: Path
    """The project's folder."""
    names: tuple[str, ...] = ()
    """The schedules; by default all."""
    count: int = COUNT
    """How many times."""
    at: str | None = None
    """Five fields of cron, instead of a schedule."""
    time_zone: str = "UTC"
    """The time zone of these."""


def run(request: ScheduleNextRequest, events: Events) -> ScheduleResult:
    """Tell the next times.

    Raises:
        CommandError: There is no such schedule, or its times can't be read or never come.
    """
    del events
    who = schedules()
    if not 1 <= request.count <= 1000:
        raise CommandError(f"The number of times must be 1 to 1000, not {request.count}.", code=Code.USAGE)
    if request.at is not None:
        try:
            zone = is_time_zone(request.time_zone)
        except ValueError as error:
            raise CommandError(f"The time zone `{request.time_zone}` {error}.", code=Code.USAGE) from error
        times = who.next(request.at, zone, request.count)
        told = {
            "at": request.at,
            "time_zone": zone,
            "in_words": who.explained(request.at, zone),
            "next": written(times),
        }
        return ScheduleResult({"schedules": [told]})
    configuration = load(request.folder)
    found = chosen(configuration, request.names)
    require_doable(configuration, found, who)
    return ScheduleResult({"schedules": [described(name, each, who, request.count) for name, each in found.items()]})


VERB = Verb("schedule next", "Show the next times of schedules, or of five fields of cron.", ScheduleNextRequest, run)
