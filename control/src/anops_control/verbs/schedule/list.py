"""Lists the schedules of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.scheduling.checked import require_doable
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import ScheduleResult, described
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleListRequest:
    """Nothing needs to be said."""

    folder: Path
    """The project's folder."""


def run(request: ScheduleListRequest, events: Events) -> ScheduleResult:
    """Tell which schedules there are, when each is due next, and how its last run ended.

    Raises:
        CommandError: One of them can't be done, or never comes.
    """
    del events
    configuration = load(request.folder)
    who, found = schedules(), configuration.schedules
    require_doable(configuration, found, who)
    listed = []
    for name, section in found.items():
        last = next(iter(who.history(configuration.folder, name, None, 1)), None)
        listed.append({**described(name, section, who, 1), "last": last})
    return ScheduleResult({"running": who.is_running(configuration.folder), "schedules": listed})


VERB = Verb("schedule list", "List the schedules of ao.toml, when each is due, and how its last run ended.",
            ScheduleListRequest, run)  # fmt: skip
