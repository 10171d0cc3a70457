"""What the verbs about schedules return, and how the events of a run are passed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_control.events import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from anops_project.sections.schedules import ScheduleSection

    from anops_control.events import Events
    from anops_control.scheduling.port import Schedules

COUNT = 10
"""How many of the next times are shown."""


@dataclass(frozen=True, slots=True)
class ScheduleResult:
    """What is known of schedules.

    Attributes:
        told: The facts.
    """

    told: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.told


def described(name: str, section: ScheduleSection, who: Schedules, count: int) -> dict[str, Any]:
    """Return what a schedule does, and its next times."""
    return {
        "name": name,
        "does": section.does,
        "description": section.description,
        "at": section.at,
        "time_zone": section.time_zone,
        "in_words": who.explained(section.at, section.time_zone),
        "missed": section.missed,
        "overlap": section.overlap,
        "next": written(who.next(section.at, section.time_zone, count)),
    }


def written(moments: list[datetime]) -> list[str]:
    """Return times for JSON, each with the offset that its zone has then."""
    return [each.isoformat(timespec="minutes") for each in moments]


def passing_on(events: Events) -> Callable[[str, dict[str, Any]], None]:
    """Return what passes on the events of runs as lines, each with the name of its schedule."""

    def tell(name: str, event: dict[str, Any]) -> None:
        text = event.get("text") or ""
        if text and event["kind"] not in {"doing", "amount", "state"}:
            events.tell(Event(kind=EventKind.LINE, text=text, source=name))

    return tell
