"""A uvicorn whose connections are looked after, with TLS and without."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from anops_http.connections.connection import Connection
from anops_http.connections.handshake import TlsDoor

if TYPE_CHECKING:
    import socket
    import ssl

    from anops_http.connections.handshake import Handshake
    from anops_http.connections.keeper import Connections


class PatientServer(uvicorn.Server):
    """A server that ends what stalls.

    Args:
        config: All else that is said to uvicorn.
        connections: Looks after its connections.
        context: With which certificate it answers; None: without TLS.
    """

    def __init__(self, config: uvicorn.Config, connections: Connections, context: ssl.SSLContext | None = None) -> None:
        config.http = partial(Connection, connections=connections)  # type: ignore[assignment]  # it calls what it gets
        super().__init__(config)
        self._connections = connections
        self._scheme = "http" if context is None else "https"
        self._door = None if context is None else TlsDoor(context, self._make, connections)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to look after connections as the first come."""
        await super().startup(sockets=sockets if self._door is None else [])
        if self._door is not None:
            self._door.open(sockets or [])
        self._looking_after = asyncio.create_task(self._connections.look_after())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Look after them until the last has ended."""
        self.accept_no_more()
        self._connections.end_handshakes()
        await super().shutdown(sockets=sockets)
        self._looking_after.cancel()

    def accept_no_more(self) -> None:
        """Take no further connection."""
        for server in self.servers:
            server.close()
        if self._door is not None:
            self._door.close()

    def _make(self, handshake: Handshake) -> Connection:
        made = Connection(self.config, self.server_state, self.lifespan.state, connections=self._connections)
        made.handshake = handshake
        return made
