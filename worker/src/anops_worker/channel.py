"""The pipe between the supervisor and a worker: kinds of messages, each with its length before it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from enum import IntEnum
from typing import cast

from anops_model_interface.framing import Splitter

HEADER = struct.Struct("<BQ")
"""Before each message: its kind and the length of its body."""

MOST_BYTES = 1 << 40
"""Beyond all memory: both ends are our own."""

SMALL_BYTES = 1 << 16
"""Up to here a copy costs less than another call of the system."""


class PipeKind(IntEnum):
    """What a message is."""

    READY = 1
    """Worker: the model is loaded. JSON: see `ready.Ready`."""
    FAILED = 2
    """Worker: the model can't be loaded. A problem."""
    PREDICT = 3
    """Supervisor: a request; see `anops_model_interface.requests`."""
    ANSWER = 4
    """Worker: an answer; see `anops_model_interface.answers`."""
    PROBLEM = 5
    """Worker: why there is no answer. A problem."""
    LOADED = 6
    """Fork server: the model is loaded."""
    FORK = 7
    """Supervisor, to a fork server: fork a worker, with a pipe and a folder for temporary files."""
    FORKED = 8
    """Fork server: the worker's process ID, 8 bytes."""
    CANNOT_FORK = 9
    """Fork server: why it must not be forked. A text."""
    SERVE = 10
    """Supervisor, to a fork server: become a worker yourself, with a pipe."""
    TRY = 11
    """Supervisor: try whether the model predicts. The answer is empty, or a problem."""
    LEND = 12
    """Supervisor, with a connection: answer what comes on it until it ends. JSON: see `lent.Terms`."""
    RETURNED = 13
    """Worker: that connection has ended. How many requests it has answered on it, 8 bytes."""


def pack(kind: PipeKind, body: bytes) -> bytes:
    """Return the header of a message; the body follows it as it is."""
    return HEADER.pack(kind, len(body))


def send(pipe: socket.socket, kind: PipeKind, body: bytes) -> None:
    """Send a message from a worker; blocks until it is taken."""
    if len(body) <= SMALL_BYTES:
        pipe.sendall(pack(kind, body) + body)
    else:
        pipe.sendall(pack(kind, body))
        pipe.sendall(body)


def send_connection(pipe: socket.socket, terms: bytes, connection: socket.socket) -> None:
    """Have a worker answer on a connection.

    Args:
        pipe: The supervisor's end, on which nothing else is under way.
        terms: Until when: `lent.Terms`.
        connection: The connection; the worker has a copy of it then.
    """
    socket.send_fds(pipe, [pack(PipeKind.LEND, terms) + terms], [connection.fileno()])


def receive(pipe: socket.socket) -> tuple[PipeKind, bytes, socket.socket | None] | None:
    """Wait for a message in a worker.

    Args:
        pipe: The worker's end.

    Returns:
        Its kind, its body, and the connection that came with it, if one did; None where the supervisor is gone.
    """
    header = b""
    connection: socket.socket | None = None
    while len(header) < HEADER.size:
        part, descriptors, _, _ = socket.recv_fds(pipe, HEADER.size - len(header), 1)
        if not part:
            return None
        for descriptor in descriptors:
            connection = socket.socket(fileno=descriptor)
            connection.set_inheritable(False)
        header += part
    kind, length = HEADER.unpack(header)
    body = pipe.recv(length, socket.MSG_WAITALL) if length else b""  # one call of the system, however many bytes
    while len(body) < length:
        part = pipe.recv(length - len(body), socket.MSG_WAITALL)
        if not part:
            return None
        body += part
    return PipeKind(kind), body, connection


class Pipe(asyncio.Protocol):
    """The supervisor's end: each message that comes is given to the one who has waited longest."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._waiting: deque[asyncio.Future[tuple[PipeKind, bytes]]] = deque()
        self._splitter = Splitter(HEADER, most_bytes=MOST_BYTES)
        self._lost = False

    def expect(self) -> asyncio.Future[tuple[PipeKind, bytes]]:
        """Return the next message to come: its kind and body, or `ConnectionResetError` where the worker is gone."""
        answer: asyncio.Future[tuple[PipeKind, bytes]] = asyncio.get_running_loop().create_future()
        if self._lost:
            _tell_lost(answer)
        else:
            self._waiting.append(answer)
        return answer

    def send(self, kind: PipeKind, body: bytes) -> None:
        """Send a message; what the system does not take at once waits in memory."""
        if self._transport is not None and not self._lost:
            self._transport.writelines((pack(kind, body), body))

    def close(self) -> None:
        """Close this end; a worker that is idle ends by that."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        # a socket's; those of uvloop are none by class
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take in some bytes, and give away the messages that are whole."""
        for (kind, _), body in self._splitter.feed(data):
            answer = self._waiting.popleft() if self._waiting else None
            if answer is not None and not answer.done():
                answer.set_result((PipeKind(kind), body))

    def connection_lost(self, _: Exception | None) -> None:
        """Tell all who wait that the worker is gone."""
        self._lost = True
        for answer in self._waiting:
            if not answer.done():
                _tell_lost(answer)
        self._waiting.clear()


def _tell_lost(answer: asyncio.Future[tuple[PipeKind, bytes]]) -> None:
    """Tell one who waits that the worker is gone; where nobody waits any more, as in a stop, that is no fault."""
    answer.set_exception(ConnectionResetError())
    answer.exception()
