"""A fixed port in front of whichever model-service is current, so that the api-service never notices a change."""

from __future__ import annotations

import asyncio
import contextlib

_CHUNK_BYTES = 1 << 18
_LOOPBACK = "127.0.0.1"


class Relay:
    """Passes bytes between its own port and a target port, both on loopback.

    Connections that are open when the target changes stay with the old one until that closes them, so its
    requests finish; new connections go to the new one.

    Attributes:
        target: The port that new connections go to; None closes them at once.
        port: The relay's own port, while it is open.
    """

    def __init__(self) -> None:
        self.target: int | None = None
        self.port = 0
        self._connected_to: int | None = None
        self._connected = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start to listen on a free port."""
        self._server = await asyncio.start_server(self._accept, _LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def wait_for_connection(self) -> None:
        """Wait until a connection to the current target has been made."""
        async with self._connected:
            await self._connected.wait_for(lambda: self._connected_to == self.target)

    async def close(self) -> None:
        """Stop to listen, and cut all connections."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.CancelledError):
            if self.target is None:
                return
            target = self.target
            far_reader, far_writer = await asyncio.open_connection(_LOOPBACK, target)
            with contextlib.closing(far_writer):
                async with self._connected:
                    self._connected_to = target
                    self._connected.notify_all()
                ways = {asyncio.create_task(_pass(reader, far_writer)), asyncio.create_task(_pass(far_reader, writer))}
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
