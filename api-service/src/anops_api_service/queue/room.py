"""How many predictions may be under way or wait before one model."""

from __future__ import annotations

import asyncio
from collections import deque

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError


class Room:
    """Places for predictions.

    Attributes:
        taken: How many are taken.
    """

    def __init__(self, most: int) -> None:
        """Make a room that is empty.

        Args:
            most: How many places there are.
        """
        self.taken = 0
        self._most = most
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def is_full(self) -> bool:
        """Whether no place is left."""
        return self.taken >= self._most

    def enter(self) -> None:
        """Take a place.

        Raises:
            AnOpsError: `QUEUE_FULL`.
        """
        if self.taken >= self._most:
            raise AnOpsError(
                Code.QUEUE_FULL,
                f"Can't predict: {self.taken} requests are waiting already, which is the limit.",
                remedy="Send it again later.",
            )
        self.taken += 1

    def leave(self) -> None:
        """Give a place back, and tell the one that has waited longest for one."""
        self.taken -= 1
        if self._waiting:
            self._wake()

    async def free(self) -> None:
        """Wait until there is a place; who enters at once gets it."""
        first = True
        while self.is_full:
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            # who was told and came too late is still the one that has waited longest
            (self._waiting.append if first else self._waiting.appendleft)(place)
            first = False
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._wake()  # told, but gone: the next one is told
                raise

    def _wake(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
