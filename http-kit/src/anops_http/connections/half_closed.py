"""A client that sends no more but may still read, as `nc` does, or that has left: both look alike at first."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sized

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

LOOK_SECONDS = 0.25
"""How often it is looked whether it has left; most answers are there before."""
ASK_EVERY = 8
"""With each so many looks it is sent a word that asks for nothing; one that has left answers that with a reset."""
_WORD = b"HTTP/1.1 100 Continue\r\n\r\n"
"""Every client must read over it: RFC 9110, 15.2; those of HTTP/1.0 are not sent it."""


class Watched(Protocol):
    """What is to be known of a connection.

    Attributes:
        loop: Its loop.
        transport: Its transport.
        cycle: The request that came last.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: RequestResponseCycle

    @property
    def pipeline(self) -> Sized:
        """The requests that wait."""

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered."""


class HalfClosed:
    """The watch over one connection whose client sends no more."""

    def __init__(self, connection: Watched) -> None:
        """Watch nothing yet.

        Args:
            connection: The connection.
        """
        self._connection = connection
        self._timer: asyncio.TimerHandle | None = None
        self._looks = 0

    def begin(self) -> None:
        """Begin to watch, until its last answer is sent."""
        self._timer = self._connection.loop.call_later(LOOK_SECONDS, self._look)

    def end(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        connection = self._connection
        if connection.transport.is_closing() or not connection.is_busy:
            return
        if self._has_left():
            connection.transport.abort()
            return
        cycle = connection.cycle
        alone = not connection.pipeline and not cycle.response_started
        if alone and cycle.scope["http_version"] != "1.0" and self._looks % ASK_EVERY == 0:
            connection.transport.write(_WORD)
        self._looks += 1
        self.begin()

    def _has_left(self) -> bool:
        number = self._connection.transport.get_extra_info("socket").fileno()
        poll = select.poll()
        poll.register(number, 0)
        return number < 0 or any(state & select.POLLERR for _, state in poll.poll(0))
