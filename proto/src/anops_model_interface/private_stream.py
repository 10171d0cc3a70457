"""The stream between our own two services: predictions side by side on one connection, without gRPC in between.

gRPC's own threads take most of the time of a small prediction, so this is a TCP connection on which each message has
a header, and behind it a request or an answer in our private form (see `packed_frames`), or a problem. A server that
has it announces it in the model's metadata; the standard's service, beside it, is complete without it. A connection
begins with a greeting each way, which proves that at the other end is the very process whose metadata was read.

A server that has only one client lends it its workers: it offers each on the stream, under a number, and hands a
further connection that asks for that number over to the worker. Requests on it go to the worker without the server
in between, one at a time, until either end closes it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = struct.Struct("<BQQ")
"""Before each message: its kind, the number of the request (a client counts its own), and the length of its body."""

LARGEST_BYTES = 1 << 20
"""The longest body. Larger requests take a gRPC call of their own: here, others would wait behind them."""

LIMIT = struct.Struct("<d")
"""Before a request that may be computed for less than the deadline, and in `OFFER` and `OVERDUE`: how many seconds."""

LIMIT_KEY = "anops-within"
"""The same in the metadata of a gRPC call, as text."""

GREETING_BYTES = 48
VERSION = 7
"""Of the messages and what is in them; it goes up with every change of either."""
_GREETING = "anops-stream {} {}\n"
_GREETING_OF_A_LOAN = "anops-lendme {} {}\n"

LOAN = struct.Struct("<Q")
"""Behind the greeting of a connection to a worker that is lent: under which number it was offered."""
_TOKEN_LETTERS = 32


class StreamKind(IntEnum):
    """What a message is."""

    REQUEST = 1
    """Client: a request."""
    ANSWER = 2
    """Server: an answer."""
    PROBLEM = 3
    """Server: why there is no answer. A problem."""
    LIMITED_REQUEST = 4
    """Client: as `REQUEST`, and before it for how many seconds it may be computed."""
    FORSAKEN = 5
    """Client: nobody waits for the answer of this number any more. Empty."""
    STOPPING = 6
    """Server: it takes no more requests once the client has sent what it had received by now. Number 0, empty."""
    DRAINED = 7
    """Client: all of that has its answer. Number 0, empty."""
    OFFER = 8
    """Server: a worker can be borrowed under this number. A limit: for how long it may compute a request."""
    RECALL = 9
    """Server: close the connection to the worker of this number, once it has answered. Empty."""
    LOST = 10
    """Server: the worker that was lent under this number is gone. A problem: why."""
    OVERDUE = 11
    """Client: the worker of this number has computed for longer than its limit, which follows."""
    FULL = 12
    """Worker that is lent: it takes no more requests; one that it has not answered was not begun. Number 0, empty."""
    FIGURES = 13
    """Client: asks how the workers are, under a number of its own. Server: `WorkerFigures`, under the same number."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where a server's private stream is.

    Attributes:
        port: The port, at the address of its gRPC server.
        token: 32 letters by which the process is known.
    """

    port: int
    token: str

    @property
    def greeting(self) -> bytes:
        """What each end says first."""
        return _GREETING.format(VERSION, self.token).encode()

    @property
    def greeting_of_a_loan(self) -> bytes:
        """What each end of a connection to a worker that is lent says first; the client's is followed by a `LOAN`."""
        return _GREETING_OF_A_LOAN.format(VERSION, self.token).encode()

    def other_version(self, heard: bytes) -> str | None:
        """Return the version of a greeting that belongs to this very process, but to another AnOps; else None."""
        name, _, rest = heard.partition(b" ")
        version, _, token = rest.partition(b" ")
        own = self.greeting != heard and name == b"anops-stream" and token.rstrip(b"\n") == self.token.encode()
        return version.decode("ascii", "replace") if own else None

    def to_text(self) -> str:
        """Write it as a property of the metadata."""
        return f"{self.port}/{self.token}"

    @classmethod
    def from_text(cls, text: str) -> Announcement | None:
        """Read what `to_text()` wrote; None where it is something else."""
        port, _, token = text.partition("/")
        known = port.isdecimal() and 0 < int(port) <= 65535 and len(token) == _TOKEN_LETTERS and token.isascii()
        return cls(int(port), token) if known else None


def message(kind: StreamKind, number: int, body: bytes) -> bytes:
    """Write a message.

    Args:
        kind: What it is.
        number: The number of the request that it is, or answers.
        body: What is in it.
    """
    return HEADER.pack(kind, number, len(body)) + body


def limited(request: bytes, within: float) -> bytes:
    """Write the body of a `LIMITED_REQUEST`."""
    return LIMIT.pack(within) + request


def limit_of(body: bytes) -> tuple[float, bytes]:
    """Read what `limited()` wrote.

    Raises:
        struct.error: It is shorter than a limit.
    """
    return LIMIT.unpack_from(body)[0], body[LIMIT.size :]


def limit_in_metadata(within: float | None) -> tuple[tuple[str, str], ...] | None:
    """Write a limit, if there is one, as metadata of a gRPC call."""
    return None if within is None else ((LIMIT_KEY, repr(within)),)


def limit_from_metadata(metadata: Iterable[tuple[str, str | bytes]] | None) -> float | None:
    """Read what `limit_in_metadata()` wrote; None where there is none, or something else."""
    for key, value in metadata or ():
        if key == LIMIT_KEY:
            try:
                return float(value)
            except ValueError:
                return None
    return None
