"""The moment in which a server is gone that mostly comes back, or is replaced: requests wait for so long."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_api_service.deadline import Deadline

RETURN_SECONDS = 3.0
"""For so long after it went a server is waited for."""
LOOK_SECONDS = 0.1
"""How often it is asked meanwhile by those who were refused or cut off."""


class Return:
    """The return of one server."""

    def __init__(self) -> None:
        """Expect none."""
        self._until = 0.0
        self._news = asyncio.Event()

    def expect(self) -> None:
        """Wait for it from now on: it has just gone."""
        self._until = asyncio.get_running_loop().time() + RETURN_SECONDS
        self._tell()

    def give_up(self) -> None:
        """Wait no longer: it does not look as if it came back soon."""
        self._until = 0.0
        self._tell()

    def happened(self) -> None:
        """Have those who wait ask it."""
        self._tell()

    async def expected(self, deadline: Deadline | None) -> bool:
        """Wait for news a little, and say whether it is worth it to ask then.

        Args:
            deadline: Until when somebody waits; None for whoever waits as long as it is worth it.
        """
        if asyncio.get_running_loop().time() >= self._until or (deadline is not None and deadline.remaining <= 0):
            return False
        await self.news(deadline)
        return True

    async def news(self, deadline: Deadline | None) -> None:
        """Wait for news a little.

        Args:
            deadline: Until when somebody waits.
        """
        seconds = LOOK_SECONDS if deadline is None else max(0.0, min(LOOK_SECONDS, deadline.remaining))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
