"""A request's body while it arrives: piece by piece, of bounded size, and none of it waited for without end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_http.connections.stalls import STALLED

from anops_api_service.bodies.media import ClientGone, too_large

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope

    from anops_api_service.bodies.body_room import Held

DRAIN_SECONDS = 5.0
"""How long the rest of a refused body may pause before it is waited for no more."""

LONGEST_DRAIN = 60.0
"""How long the rest of a refused body may take, at the most."""

GATHERED_BYTES = 1 << 18
"""How much of a body is handed on at a time: what comes from the network comes in smaller bits."""


@dataclass(slots=True)
class Upload:
    """The body of one request.

    Attributes:
        receive: The ASGI channel of the request.
        scope: The request, in which the server tells that it waits no longer.
        most: The largest size in bytes.
        setting: The setting that says how large it may be, for the message.
        held: Takes in how much memory the body takes, where all of it is kept.
        size: How many bytes have come.
        whole: Whether all of it has come.
    """

    receive: Receive
    scope: Scope
    most: int
    setting: str
    held: Held | None = None
    size: int = 0
    whole: bool = False
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def check_announced(self, content_length: str) -> None:
        """Refuse a body that says itself that it is too large.

        Raises:
            AnOpsError: `BODY_TOO_LARGE`.
        """
        if content_length.isdigit() and int(content_length) > self.most:
            raise too_large(self.most, self.setting)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Return the body in pieces of a few 100 KB, as it comes.

        Raises:
            AnOpsError: `BODY_TOO_LARGE`, or `BODY_STALLED`.
            ClientGone: The client left.
        """
        parts: list[bytes] = []
        gathered = 0
        while not self.whole:
            parts.append(await self._next())
            gathered += len(parts[-1])
            if self.size > self.most:
                raise too_large(self.most, self.setting)
            if gathered >= GATHERED_BYTES:
                yield b"".join(parts)
                parts, gathered = [], 0
        yield b"".join(parts)

    async def gone(self) -> None:
        """Wait until all has come, and then until the client leaves.

        Raises:
            ClientGone: It left.
        """
        await self._came.wait()
        while True:
            await self._receive()

    async def drain(self) -> None:
        """Take in the rest of a body that was refused, and forget it.

        Many clients send all before they read; closed on, they would see a broken connection and no answer.
        """
        try:
            async with asyncio.timeout(LONGEST_DRAIN):
                while not self.whole and self.size <= self.most:
                    async with asyncio.timeout(DRAIN_SECONDS):
                        await self._receive()
        except (TimeoutError, ClientGone):
            pass

    async def _next(self) -> bytes:
        part = await self._receive()
        if not self.whole and STALLED in self.scope:
            raise self.scope[STALLED]
        return part

    async def _receive(self) -> bytes:
        message = await self.receive()
        if message["type"] == "http.disconnect":
            self.whole = True
            raise ClientGone
        part: bytes = message.get("body", b"")
        self.size += len(part)
        if self.held is not None:
            self.held.resize(self.size)
        if not message.get("more_body", False):
            self.whole = True
            self._came.set()
        return part
