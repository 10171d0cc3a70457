"""Servers of a few lines, none of whose connections is left open at the end of a test."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

_TURNS = 5
"""In so many turns of the loop a connection that was taken has come to its server."""


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Listen on a free port of this computer meanwhile, and yield which one it is."""
    connections: list[asyncio.StreamWriter] = []
    tasks: list[asyncio.Future[None]] = []

    def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        tasks.append(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(come, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        # no more are taken: one whose server is closed before it has come to it is closed by nobody
        for each in server.sockets:
            asyncio.get_running_loop().remove_reader(each.fileno())
        await _turns()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in connections:
            writer.transport.abort()
        await _turns()


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
