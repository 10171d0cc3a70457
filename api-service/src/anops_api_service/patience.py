"""How long is waited for an answer: until its client leaves, and no longer than the deadline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from anops_api_service.alarms import Alarm, Limit
from anops_api_service.bodies.media import ClientGone

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anops_model_interface.errors import AnOpsError
    from starlette.types import Message, Receive

    from anops_api_service.answered import Answered

WATCH_SECONDS = 0.05
"""Most answers are there before it pays to watch for anything."""


class Patience:
    """Ends what nobody waits for any more."""

    def __init__(self, deadline_seconds: float, too_late: Callable[[], AnOpsError]) -> None:
        """Be patient.

        Args:
            deadline_seconds: After how long an answer is given up.
            too_late: Makes the error that is then raised.
        """
        self._too_late = too_late
        self._watch = Alarm(min(WATCH_SECONDS, deadline_seconds))
        self._deadline = Alarm(max(deadline_seconds - WATCH_SECONDS, 0.0))

    async def wait(self, work: Coroutine[None, None, Answered], receive: Receive) -> Answered:
        """Wait for an answer.

        Args:
            work: What gives it; it is cancelled where it is given up.
            receive: The ASGI channel of the request, whose body was read.

        Raises:
            ClientGone: The client left.
            AnOpsError: `DEADLINE`, or what the work raised.
        """
        limit = Limit(self._watch)
        ring = limit.ring
        watching: asyncio.Task[None] | None = None
        gone = False

        async def watch() -> None:
            nonlocal gone
            await _disconnect(receive)
            gone = True
            ring()

        def begin() -> None:
            nonlocal watching
            self._deadline.set(ring)
            watching = asyncio.create_task(watch())

        self._watch.set(begin)
        try:
            return await work
        except asyncio.CancelledError:
            if limit.ended_it():
                raise (ClientGone() if gone else self._too_late()) from None
            raise
        finally:
            self._watch.take_back(begin)
            if watching is not None:
                self._deadline.take_back(ring)
                watching.cancel()


async def _disconnect(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
