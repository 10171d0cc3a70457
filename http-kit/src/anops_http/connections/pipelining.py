"""Reads no further while requests of one connection wait: a client may send more than it takes answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.flow_control import FlowControl

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sized

MOST_WAITING = 16
"""So many requests of a connection are understood while one is answered; what comes behind them stays bytes."""
SLICE_BYTES = 1 << 13
"""How much is read at a time, lest one piece make thousands of requests."""


class PatientFlow(FlowControl):
    """Goes on to read only where no request waits.

    Args:
        transport: The connection's.
        waiting: The requests that wait.
    """

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        """Read on, unless a request waits: who answers the one before it must not."""
        if not self._waiting:
            super().resume_reading()


class Backlog:
    """What has come of a connection and was not understood yet."""

    def __init__(self, waiting: Sized) -> None:
        """Begin without any.

        Args:
            waiting: The requests that wait.
        """
        self._waiting = waiting
        self._kept = bytearray()

    def __len__(self) -> int:
        """Return how many bytes are kept."""
        return len(self._kept)

    def take(self, data: bytes, feed: Callable[[bytes], None]) -> None:
        """Feed bytes, or keep them where too many requests wait.

        Args:
            data: What has come.
            feed: Understands bytes.
        """
        self._kept += data
        self.go_on(feed)

    def go_on(self, feed: Callable[[bytes], None]) -> None:
        """Feed what is kept, for as long as few requests wait."""
        start = 0
        while start < len(self._kept) and len(self._waiting) < MOST_WAITING:
            piece = bytes(self._kept[start : start + SLICE_BYTES])
            start += len(piece)
            feed(piece)
        del self._kept[:start]

    def forget(self) -> None:
        """Let go of what is kept."""
        self._kept.clear()
