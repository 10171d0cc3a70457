"""Lets the pages of a workspace be reached on another port of this computer."""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from anops_workspaces.failures import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_SECONDS = 0.2
_BYTES = 1 << 16


def forward(url: str, port: int, ready: Callable[[str], None], stopped: Callable[[], bool]) -> None:
    """Hand connections on until it is wanted no more.

    Args:
        url: Where they go.
        port: Where they come in, from this computer alone; 0: any that is free.
        ready: Is told the address once it can be used.
        stopped: Says whether it is wanted no more.

    Raises:
        WorkspaceError: The port is in use.
    """
    try:
        asyncio.run(_forward(url, port, ready, stopped))
    except OSError as error:
        raise WorkspaceError(
            f"Port {port} can't be used: {error.strerror}.", remedy="Name another one with --port, or 0 for any."
        ) from error


async def _forward(url: str, port: int, ready: Callable[[str], None], stopped: Callable[[], bool]) -> None:
    parts = urlsplit(url)

    async def come_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(OSError):
            there, back = await asyncio.open_connection(parts.hostname, parts.port)
            with closing(back):
                await asyncio.gather(_pass(reader, back), _pass(there, writer))

    server = await asyncio.start_server(come_in, "127.0.0.1", port)
    try:
        used = server.sockets[0].getsockname()[1]
        ready(urlunsplit((parts.scheme, f"127.0.0.1:{used}", parts.path, "", "")))
        while not stopped():  # noqa: ASYNC110  a signal handler says so, which may touch no loop
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        server.close()  # pages that are open would be waited for by `async with`


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(_BYTES):
            target.write(data)
            await target.drain()
    target.close()
