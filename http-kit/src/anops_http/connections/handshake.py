"""A connection with TLS until its client has shaken hands: it counts among the others, with no more time than a head.

Python's servers tell nobody of such a connection before the handshake, so that any number could wait there.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

log = logging.getLogger("anops")

PAUSE_SECONDS = 0.1
"""How long a service takes no connection where the system had no descriptor left for one."""


class Greeter(Protocol):
    """Who looks after connections.

    Attributes:
        now: The time when they were last looked at.
    """

    now: float

    def greet(self, handshake: Handshake) -> None:
        """Take in one whose client has not shaken hands yet."""

    def forget(self, handshake: Handshake) -> None:
        """Let go of one."""


class Handshake:
    """The connection of one client that has not shaken hands.

    Attributes:
        since: When it came.
    """

    def __init__(self, accepted: socket.socket, since: float) -> None:
        """Wait for it.

        Args:
            accepted: The connection.
            since: The time.
        """
        self.since = since
        self._socket = accepted

    def end(self) -> None:
        """Wait for its client no longer: the handshake takes the end of its bytes for that of the client."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


class TlsDoor:
    """Accepts connections, and has them shake hands.

    Args:
        context: With which certificate the service answers.
        make: Makes the protocol of a connection for when it is safe.
        connections: Looks after them.
    """

    def __init__(
        self, context: ssl.SSLContext, make: Callable[[Handshake], asyncio.Protocol], connections: Greeter
    ) -> None:
        self._context = context
        self._make = make
        self._all = connections
        self._accepting: list[asyncio.Task[None]] = []
        self._shaking: set[asyncio.Task[None]] = set()

    def open(self, listeners: list[socket.socket]) -> None:
        """Accept what comes at some addresses."""
        for listener in listeners:
            listener.settimeout(0)
            listener.listen(2048)
            self._accepting.append(asyncio.create_task(self._accept(listener)))

    def close(self) -> None:
        """Accept nothing more."""
        for task in self._accepting:
            task.cancel()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listener)
            except OSError as error:  # no descriptor is left, or the client has gone
                log.warning("can't take a connection: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            task = loop.create_task(self._shake(accepted))
            self._shaking.add(task)
            task.add_done_callback(self._shaking.discard)

    async def _shake(self, accepted: socket.socket) -> None:
        handshake = Handshake(accepted, self._all.now)
        self._all.greet(handshake)
        try:
            # OSError: those of TLS are among them; whoever that was, no request came
            with suppress(OSError):
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                loop = asyncio.get_running_loop()
                await loop.connect_accepted_socket(partial(self._make, handshake), accepted, ssl=self._context)
        finally:
            self._all.forget(handshake)
