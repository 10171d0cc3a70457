"""All connections of a service: how many there may be, how long each may stall, and their end with the service."""

from __future__ import annotations

import asyncio
import logging
import resource
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem

from anops_http.connections.refusals import OnlyHealth
from anops_http.connections.stalls import STALLED, stalled, too_slow
from anops_http.connections.transfer import LeastPace, Pace, Transfer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.errors import AnOpsError

    from anops_http.connections.connection import Connection
    from anops_http.connections.handshake import Handshake
    from anops_http.connections.refusals import Refusals
    from anops_http.door_settings import DoorSettings

log = logging.getLogger("anops")

MOST_CONNECTIONS = 8192
"""How many there may be where the system would allow any number."""

FEWEST_RESERVED = 48
"""So many of the descriptors that the system allows are for files, for the model-service, and for health."""

FOR_HEALTH = 16
"""So many connections more are taken, to be asked for nothing but the service's health."""

QUIET_SECONDS = 0.25
"""A service that ends waits until nothing has come for so long; longer only where something comes."""

LONGEST_QUIET = 3.0
"""How long it waits for that, at the most; so long, too, for the first request of who has just connected."""


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

    def __init__(self, settings: DoorSettings, refusals: Refusals) -> None:
        """Look after no connections yet.

        Args:
            settings: How many there may be, and for how long each is waited.
            refusals: How the service says no to one.
        """
        self.now = 0.0
        self.draining = False
        self.arrived = 0
        self.most = settings.max_connections or allowed_by_the_system()
        self._refusals = refusals
        self._header_seconds = settings.header_seconds
        self._least = LeastPace(settings.body_seconds, settings.min_bytes_per_second)
        self._waited = 0.0
        self._keep_alive_seconds = settings.keep_alive_seconds
        self._open: set[Connection] = set()
        self._greeted: dict[Handshake, None] = {}
        self._full = False

    def write(self, problem: Problem) -> tuple[Mapping[str, str], bytes]:
        """Return the headers and the body of a problem that no application answers."""
        return self._refusals.write(problem)

    def greet(self, handshake: Handshake) -> None:
        """Take in a connection with TLS whose client has not shaken hands yet: it counts as well."""
        self._greeted[handshake] = None
        others = [other for other in self._greeted if other is not handshake]
        while others and self._count() > self.most:
            others.pop(0).end()
        if self._count() > self.most and not self._make_room(None) and self._count() > self.most + FOR_HEALTH:
            handshake.end()

    def forget(self, handshake: Handshake) -> None:
        """Let go of one whose client has shaken hands, or has left."""
        self._greeted.pop(handshake, None)

    def end_handshakes(self) -> None:
        """End all connections whose clients have not shaken hands."""
        for handshake in list(self._greeted):
            handshake.end()

    def admit(self, connection: Connection) -> None:
        """Take in a connection; where there are too many, those go that have been idle for longest."""
        if connection.handshake is not None:
            self.forget(connection.handshake)
        # uvicorn's set, which is the same for all
        self._open = connection.connections  # type: ignore[assignment]  # all are of this class
        if self._count() > self.most and not self._make_room(connection):
            connection.over = True
            connection.app = OnlyHealth(connection.app, self._refusals.full)
            if self._count() > self.most + FOR_HEALTH:
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
            for handshake in list(self._greeted):
                if self.now - handshake.since > self._header_seconds:
                    handshake.end()
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
        while self._count() and loop.time() < begun + LONGEST_QUIET:
            if loop.time() > quiet_since + QUIET_SECONDS and not self._has_newcomer(begun - LONGEST_QUIET):
                break
            await asyncio.sleep(0.02)
            if self.arrived != before:
                before, quiet_since = self.arrived, loop.time()

    def _has_newcomer(self, since: float) -> bool:
        """Say whether somebody has connected since a moment, and asked for nothing yet."""
        return any(greeted.since > since for greeted in self._greeted) or any(
            other.since > since and not other.used for other in self._open
        )

    def _count(self) -> int:
        return len(self._open) + len(self._greeted)

    def _make_room(self, newcomer: Connection | None) -> bool:
        """Close the idle connections that have been so for longest, several at a time; say whether there were any."""
        idle = [other for other in self._open if other is not newcomer and not other.is_busy]
        if not self._full:
            self._full = True
            log.warning("there are %d connections, which is the limit: idle ones are closed", self.most)
        # first those that have never asked for anything
        idle.sort(key=lambda other: (other.used, other.since))
        for other in idle[: max(self._count() - self.most, self.most // 32)]:
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
            cycle.scope[STALLED] = self._why(pace)  # type: ignore[literal-required]  # ours
            cycle.keep_alive = False
            cycle.message_event.set()

    def _why(self, pace: Pace) -> AnOpsError:
        service = self._refusals.service
        if pace is Pace.STALLED:
            return stalled(self._least.seconds, service)
        return too_slow(self._least.bytes_per_second, service)

    def _end_in_head(self, connection: Connection) -> None:
        if not connection.has_begun:
            connection.transport.close()
            return
        connection.refuse(
            Problem(
                Code.HEAD_STALLED,
                f"Can't read the request: its head did not come within {self._header_seconds:g} seconds.",
                remedy=f"Send it at once, or start the {self._refusals.service} with a larger header_seconds.",
            )
        )
