"""Sends the head of an answer and its body in one call of the system: each costs as much as reading a small request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

GATHERED_BYTES = 1 << 16
"""More is never kept back, so that flow control sees it."""


class GatheringProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, on a transport that gathers what is written in one turn of the loop."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the connection."""
        super().connection_made(cast("asyncio.Transport", _Gathering(transport, self.loop)))


class _Gathering:
    """A transport that writes a moment later; all but that is left to the real one.

    Attributes:
        written: How many bytes it was given.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0
        self.written = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever it is
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)
        self._size += len(data)
        self.written += len(data)
        if self._size >= GATHERED_BYTES:
            self.flush()

    def write_now(self, data: bytes) -> None:
        """Write what nothing follows, and all before it."""
        self.written += len(data)
        if self._parts:
            self._parts.append(data)
            self.flush()
        elif not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))
