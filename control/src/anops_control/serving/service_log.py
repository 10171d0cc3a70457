"""The one log of both services: each line with where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_control.events import Events


class ServiceLog:
    """Tells log lines.

    Attributes:
        muted: Services whose lines are left out for now.
    """

    def __init__(self, events: Events) -> None:
        self.muted: set[str] = set()
        self._events = events

    def line(self, source: str, text: str) -> None:
        """Tell a line of a service."""
        if source not in self.muted:
            self._events.line(text, source)
