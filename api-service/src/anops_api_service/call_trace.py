"""The trace that a call of the model belongs to, of which the model's server is told."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_api_service.model_answer import Predictions

TRACE = re.compile(rb"[0-9a-e][0-9a-f]-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
"""A `traceparent`, as W3C Trace Context has it."""
_NAMES = (b"traceparent", b"tracestate")
_SENDABLE = re.compile(rb"[ -~]*")
"""What gRPC takes as metadata."""

Metadata = tuple[tuple[str, str], ...]


class CallTrace(Protocol):
    """The trace of a call."""

    @property
    def metadata(self) -> Metadata:
        """What the model's server is told of it."""

    def shared(self) -> SharedCall | None:
        """Begin the trace of a call that is made for several requests; None: there is none."""


class SharedCall(CallTrace, Protocol):
    """The trace of a call that is made for several requests, in none of whose traces it is."""

    def ended(self, rows: int, answered: Predictions | None) -> None:
        """Know how the call ended.

        Args:
            rows: How many rows it had.
            answered: What the model answered; None: it failed.
        """


class PassedOn:
    """The trace that a caller names, where nobody here tells a collector of anything: it is passed on as it came."""

    def __init__(self, metadata: Metadata) -> None:
        """Pass it on.

        Args:
            metadata: The caller's headers.
        """
        self.metadata = metadata

    def shared(self) -> None:
        """Begin none: the call is in the traces of several callers."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a request that is over was.

    Attributes:
        request_id: Its id.
        status: The status it was answered with; 0: its client left.
        code: The code of its problem; empty: none.
        seconds: How long it took.
    """

    request_id: str
    status: int
    code: str
    seconds: float


CALL_TRACE: ContextVar[CallTrace | None] = ContextVar("CALL_TRACE", default=None)
"""The trace of what is asked of the model now."""


def trace_headers(headers: Mapping[bytes, bytes]) -> Metadata:
    """Return what a caller says of its trace; empty where that is nothing, or no trace."""
    if b"traceparent" not in headers:
        return ()
    found = {name: headers[name] for name in _NAMES if name in headers and _SENDABLE.fullmatch(headers[name])}
    if not TRACE.fullmatch(found.get(b"traceparent", b"")):
        return ()
    return tuple((name.decode(), value.decode()) for name, value in found.items())
