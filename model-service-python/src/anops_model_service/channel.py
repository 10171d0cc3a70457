"""The pipe between the supervisor and a worker: kinds of messages, each with its length before it."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    import socket

_HEADER = struct.Struct("<BQ")


class Kind(IntEnum):
    """What a message is."""

    READY = 1
    """Worker: the model is loaded. JSON: see `worker.Ready`."""
    FAILED = 2
    """Worker: the model can't be loaded. A problem."""
    PREDICT = 3
    """Supervisor: a serialized ModelInferRequest."""
    ANSWER = 4
    """Worker: a serialized ModelInferResponse."""
    PROBLEM = 5
    """Worker: why there is no answer. A problem."""


def pack(kind: Kind, body: bytes) -> bytes:
    """Return the header of a message; the body follows it as it is."""
    return _HEADER.pack(kind, len(body))


def send(pipe: socket.socket, kind: Kind, body: bytes) -> None:
    """Send a message from a worker; blocks until it is taken."""
    pipe.sendall(pack(kind, body))
    pipe.sendall(body)


def receive(pipe: socket.socket) -> tuple[Kind, bytes] | None:
    """Wait for a message in a worker.

    Returns:
        Its kind and body, or None where the supervisor is gone.
    """
    header = _exactly(pipe, _HEADER.size)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    body = _exactly(pipe, length)
    return None if body is None else (Kind(kind), body)


async def receive_async(reader: asyncio.StreamReader) -> tuple[Kind, bytes]:
    """Wait for a message in the supervisor.

    Raises:
        asyncio.IncompleteReadError: The worker is gone.
    """
    kind, length = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    return Kind(kind), await reader.readexactly(length)


def _exactly(pipe: socket.socket, length: int) -> bytes | None:
    body = bytearray(length)
    view = memoryview(body)
    while view:
        received = pipe.recv_into(view)
        if received == 0:
            return None
        view = view[received:]
    return bytes(body)
