"""Until when an answer is waited for: made at the door, and passed down to whatever works for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

from anops_api_service.alarms import Alarm, Limit
from anops_api_service.bodies.media import ClientGone

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Message, Receive

T = TypeVar("T")

WATCH_SECONDS = 0.05
"""Most answers are there before it pays to watch for anything."""


class Deadlines:
    """Makes the deadlines of one service, and keeps the clock for all of them.

    Attributes:
        seconds: How long an answer is waited for.
    """

    def __init__(self, seconds: float) -> None:
        """Make deadlines.

        Args:
            seconds: After how long an answer is given up.
        """
        self.seconds = seconds
        self.watch = Alarm(min(WATCH_SECONDS, seconds))
        self.late = Alarm(max(seconds - WATCH_SECONDS, 0.0))

    def begin(self) -> Deadline:
        """Return the deadline of an answer that is waited for from now on."""
        return Deadline(self)


class Deadline:
    """The deadline of one answer.

    Attributes:
        end: When it is, by the clock of the loop.
    """

    __slots__ = ("_all", "end")

    def __init__(self, deadlines: Deadlines) -> None:
        """Begin to wait.

        Args:
            deadlines: Those of the service.
        """
        self._all = deadlines
        self.end = deadlines.watch.loop.time() + deadlines.seconds

    @property
    def remaining(self) -> float:
        """How many seconds are left; negative once it has passed."""
        return self.end - self._all.watch.loop.time()

    @property
    def problem(self) -> Problem:
        """What is said to who has waited longer."""
        return Problem(
            Code.DEADLINE,
            f"The model gave no answer within {self._all.seconds:g} seconds.",
            remedy="Send fewer rows in a request, or start the api-service with a larger deadline_seconds.",
        )

    async def wait(self, work: Coroutine[None, None, T], receive: Receive | None = None) -> T:
        """Wait for an answer until the deadline, and no longer than its client does; called as soon as it has begun.

        Args:
            work: What gives it; it is cancelled where it is given up.
            receive: The ASGI channel of a request whose body was read; None where somebody else watches the client.

        Raises:
            ClientGone: The client left.
            AnOpsError: `DEADLINE`, or what the work raised.
        """
        every = self._all
        limit = Limit(every.watch)
        ring = limit.ring
        watching: asyncio.Task[None] | None = None
        gone = begun = False

        async def watch(receive: Receive) -> None:
            nonlocal gone
            await _disconnect(receive)
            gone = True
            ring()

        def begin() -> None:
            nonlocal watching, begun
            begun = True
            every.late.set(ring)
            if receive is not None:
                watching = asyncio.create_task(watch(receive))

        every.watch.set(begin)
        try:
            return await work
        except asyncio.CancelledError:
            if limit.ended_it():
                raise (ClientGone() if gone else AnOpsError.of(self.problem)) from None
            raise
        finally:
            every.watch.take_back(begin)
            if begun:
                every.late.take_back(ring)
            if watching is not None:
                watching.cancel()


async def _disconnect(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
