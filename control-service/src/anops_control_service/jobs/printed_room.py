"""How much of what a job prints is kept: a program that prints without end must not fill the disk."""

from __future__ import annotations

from typing import Any

MOST_BYTES = 20_000_000


class PrintedRoom:
    """The room for what one job prints; whatever else it tells is kept in any case."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = self._left = most_bytes

    def taken(self, event: dict[str, Any], size: int) -> dict[str, Any] | None:
        """Return what is to be kept in place of an event: itself, once a word that the room is full, or nothing.

        Args:
            event: What the job tells.
            size: How large it is, in bytes.
        """
        if event.get("kind") != "line":
            return event
        if self._left < 0:
            return None
        self._left -= size
        if self._left >= 0:
            return event
        text = f"It has printed more than {self._most // 1_000_000} MB: what it prints after this is not kept."
        return {"kind": "warning", "text": text}
