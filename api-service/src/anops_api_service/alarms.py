"""Ends what waits too long, with one timer for all: a timer for each would cost more than reading a request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Alarm:
    """Calls back for everything that has waited for so many seconds."""

    def __init__(self, seconds: float) -> None:
        """Make an alarm for which nothing waits.

        Args:
            seconds: How long may be waited.
        """
        self._seconds = seconds
        # in the order in which they began, which is that in which they are due
        self._waiting: dict[Callable[[], None], float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that it was first used in, and always is: to ask for the running one is a call of the system."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def set(self, ring: Callable[[], None]) -> None:
        """Call `ring` in time, unless it is taken back before; each that waits brings one of its own."""
        loop = self.loop
        self._waiting[ring] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._due)

    def take_back(self, ring: Callable[[], None]) -> None:
        """Forget what need not be called any more."""
        self._waiting.pop(ring, None)

    def _due(self) -> None:
        self._timer = None
        loop = self.loop
        now = loop.time()
        for ring, due in list(self._waiting.items()):
            if due > now:
                # the one that waits longest; what is long done costs nothing
                self._timer = loop.call_later(due - now, self._due)
                return
            del self._waiting[ring]
            ring()


class Limit:
    """Cancels the task that it is made in, when it is rung.

    Attributes:
        rung: Whether it was.
    """

    def __init__(self, alarm: Alarm) -> None:
        """Make a limit for the task that runs now.

        Args:
            alarm: What will ring it, in the same loop.
        """
        task = asyncio.current_task(alarm.loop)
        assert task is not None  # noqa: S101  a coroutine runs in a task
        self._task = task
        self._cancelling = task.cancelling()
        self.rung = False

    def ring(self) -> None:
        """Cancel the task."""
        self.rung = True
        self._task.cancel()

    def ended_it(self) -> bool:
        """Say whether a cancellation that has just been caught came from here alone; it is then over."""
        return self.rung and self._task.uncancel() <= self._cancelling
