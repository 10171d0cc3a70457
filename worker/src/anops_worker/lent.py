"""A worker that is lent: it answers an api-service on a connection between the two alone."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING, Self

import msgspec
from anops_model_interface.private_stream import HEADER, StreamKind, message

from anops_worker import linux
from anops_worker.channel import SMALL_BYTES, PipeKind

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import BinaryIO

END_SECONDS = 2.0
"""How long an api-service may take to leave a worker that takes no more."""

_KINDS = {PipeKind.ANSWER: StreamKind.ANSWER, PipeKind.PROBLEM: StreamKind.PROBLEM}


class Terms(msgspec.Struct, frozen=True):
    """Until when a worker is lent.

    Attributes:
        requests: How many requests it may answer; 0: any number.
        memory_mb: It goes back when it holds more memory, in MiB; 0: never.
    """

    requests: int = 0
    memory_mb: int = 0

    def to_bytes(self) -> bytes:
        """Write them as the body of a message."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """Read what `to_bytes()` wrote."""
        return msgspec.json.decode(body, type=cls)


def serve(connection: socket.socket, terms: Terms, outcome: Callable[[bytes], tuple[PipeKind, bytes]]) -> int:
    """Answer one request after another until the other end closes the connection, or the terms are fulfilled.

    Args:
        connection: The connection, on which both ends have greeted each other.
        terms: Until when the worker is lent.
        outcome: Answers a request.

    Returns:
        How many requests were answered.
    """
    answered = 0
    with closing(connection), suppress(OSError):
        connection.setblocking(True)  # noqa: FBT003  its only form
        incoming = connection.makefile("rb")  # through a buffer: a small request is read in one call of the system
        while len(header := incoming.read(HEADER.size)) == HEADER.size:
            _, number, length = HEADER.unpack(header)
            body = incoming.read(length)
            if len(body) < length:
                break
            kind, data = outcome(body)
            answered += 1
            _send(connection, _KINDS[kind], number, data)
            if _are_fulfilled(terms, answered):
                _end(connection, incoming)
                break
    return answered


def _send(connection: socket.socket, kind: StreamKind, number: int, body: bytes) -> None:
    if len(body) <= SMALL_BYTES:
        connection.sendall(message(kind, number, body))
    else:
        connection.sendall(HEADER.pack(kind, number, len(body)))
        connection.sendall(body)


def _end(connection: socket.socket, incoming: BinaryIO) -> None:
    """Take no more, and leave when the other end has: what it has sent meanwhile would else cost it the last answer."""
    connection.sendall(message(StreamKind.FULL, 0, b""))
    connection.settimeout(END_SECONDS)
    while incoming.read(SMALL_BYTES):
        pass


def _are_fulfilled(terms: Terms, answered: int) -> bool:
    return bool(
        (terms.requests and answered >= terms.requests) or (terms.memory_mb and linux.resident_mb() > terms.memory_mb)
    )
