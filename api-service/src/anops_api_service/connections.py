"""All connections of the service: how many there may be, how long each may stall, and their end with the service."""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

from anops_api_service.bodies.media import STALLED, stalled, too_slow
from anops_api_service.logs import log
from anops_api_service.request_context import RequestContext
from anops_api_service.transfer import LeastPace, Pace, Transfer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from anops_api_service.connection import Connection

MOST_CONNECTIONS = 8192
"""How many there may be where the system would allow any number."""

FEWEST_RESERVED = 48
"""So many of the descriptors that the system allows are for files, for the model-service, and for health."""

FOR_HEALTH = 16
"""So many connections more are taken, to be asked for nothing but the service's health."""

QUIET_SECONDS = 0.25
"""A service that ends waits until nothing has come for so long; longer only where something comes."""

LONGEST_QUIET = 2.0
"""How long it waits for that, at the most."""


def allowed_by_the_system() -> int:
    """Return how many connections there may be: the descriptors of the process, less what it needs itself."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    reserve = FOR_HEALTH + max(FEWEST_RESERVED, min(256, descriptors // 4))
    return max(8, min(MOST_CONNECTIONS, descriptors - reserve))


class Connections:
    """Looks after connections.

    Attributes:
        now: The time when they were last looked at.
        draining: Whether the service ends.
        arrived: How many requests have come since.
    """

    def __init__(
        self, *, header_seconds: float, least: LeastPace, keep_alive_seconds: float, most: int | None = None
    ) -> None:
        """Look after no connections yet.

        Args:
            header_seconds: How long the head of a request may take.
            least: How fast a body must come, and an answer be taken.
            keep_alive_seconds: How long a connection may wait for its next request.
            most: How many there may be; None: what the system allows.
        """
        self.now = 0.0
        self.draining = False
        self.arrived = 0
        self.most = most or allowed_by_the_system()
        self._header_seconds = header_seconds
        self._least = least
        self._waited = 0.0
        self._keep_alive_seconds = keep_alive_seconds
        self._open: set[Connection] = set()
        self._full = False

    def admit(self, connection: Connection) -> None:
        """Take in a connection; where there are too many, those go that have been idle for longest."""
        # uvicorn's set, which is the same for all
        self._open = connection.connections  # type: ignore[assignment]  # all are of this class
        if len(self._open) > self.most and not self._make_room(connection):
            connection.over = True
            connection.app = _Full(connection.app)
            if len(self._open) > self.most + FOR_HEALTH:
                connection.transport.abort()

    async def look_after(self) -> None:
        """Look at all connections again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        pause = min(1.0, self._header_seconds / 4, self._least.seconds / 4, self._keep_alive_seconds / 4)
        while True:
            before, self.now = self.now, loop.time()
            # where the service itself was busy for longer, no client was waited for
            self._waited = min(self.now - before, 2 * pause)
            for connection in list(self._open):
                self._look_at(connection)
            await asyncio.sleep(pause)

    async def drain(self) -> None:
        """Have each connection end with its next answer, and wait until no request comes any more."""
        self.draining = True
        for connection in self._open:
            if connection.is_busy and connection.cycle is not None:
                connection.cycle.keep_alive = False
        loop = asyncio.get_running_loop()
        begun = quiet_since = loop.time()
        before = self.arrived
        while self._open and loop.time() < min(begun + LONGEST_QUIET, quiet_since + QUIET_SECONDS):
            await asyncio.sleep(0.02)
            if self.arrived != before:
                before, quiet_since = self.arrived, loop.time()

    def _make_room(self, newcomer: Connection) -> bool:
        """Close the idle connections that have been so for longest, several at a time; say whether there were any."""
        idle = [other for other in self._open if other is not newcomer and not other.is_busy]
        if not self._full:
            self._full = True
            log.warning("there are %d connections, which is the limit: idle ones are closed", self.most)
        # first those that have never asked for anything
        idle.sort(key=lambda other: (other.used, other.since))
        for other in idle[: max(len(self._open) - self.most, self.most // 32)]:
            other.transport.abort()
        return bool(idle)

    def _look_at(self, connection: Connection) -> None:
        unsent = connection.transport.get_write_buffer_size()
        if unsent or connection.transport.is_closing():
            self._look_at_answer(connection, unsent)
            return
        connection.sending = None
        if connection.is_busy:
            self._look_at_body(connection)
        elif connection.in_head:
            if self.now - connection.since > self._header_seconds:
                self._end_in_head(connection)
        elif self.now - connection.since > self._keep_alive_seconds and connection.is_idle:
            connection.transport.close()

    def _look_at_answer(self, connection: Connection, unsent: int) -> None:
        taken = connection.transport.written - unsent  # type: ignore[attr-defined]  # the one that gathers
        sending = connection.sending = connection.sending or Transfer(taken)
        if sending.look(taken, self._waited, self._least) is not Pace.FINE:
            connection.transport.abort()

    def _look_at_body(self, connection: Connection) -> None:
        cycle = connection.cycle
        if not cycle.more_body or connection.flow.read_paused or STALLED in cycle.scope:
            return
        reading = connection.reading = connection.reading or Transfer(connection.received)
        pace = reading.look(connection.received, self._waited, self._least)
        if pace is not Pace.FINE:
            why = stalled(self._least.seconds) if pace is Pace.STALLED else too_slow(self._least.bytes_per_second)
            cycle.scope[STALLED] = why  # type: ignore[literal-required]  # ours
            cycle.keep_alive = False
            cycle.message_event.set()

    def _end_in_head(self, connection: Connection) -> None:
        if not connection.has_begun:
            connection.transport.close()
            return
        connection.refuse(
            Problem(
                Code.HEAD_STALLED,
                f"Can't read the request: its head did not come within {self._header_seconds:g} seconds.",
                remedy="Send it at once, or start the api-service with a larger header_seconds.",
            )
        )


class _Full:
    """Answers what is asked of a service that has as many connections as it may: its health, and that it is full."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._refusing = RequestContext(_refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._app if scope["path"].startswith("/health") else self._refusing)(scope, receive, send)


async def _refuse(_: Scope, __: Receive, ___: Send) -> None:
    raise AnOpsError(
        Code.QUEUE_FULL,
        "Can't answer: the service has as many connections as it allows, and all are busy.",
        remedy="Send it again later.",
    )
