"""Starts of workers that failed in a row: when to try again, and when to call it a loop."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE = 0.05
"""Seconds; they double with each failed start."""

SOON_SECONDS = 1.0
"""A start that fails sooner costs little: it is tried again within so many seconds, too."""

SOON_TIMES = 10
"""So many times; then the pauses go on to grow."""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts to start a worker, at the most."""

FAILURES_TO_LOOP = 3
"""So many failed starts in a row make a loop."""

LOOP_SECONDS = 2.0
"""And so many seconds since the first of them: whoever ends some processes in a row makes none."""


class FailedStarts:
    """The starts that have failed since one succeeded.

    Attributes:
        count: How many.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know of none.

        Args:
            clock: Tells the time, in seconds.
        """
        self.count = 0
        self._clock = clock
        self._since = 0.0

    @property
    def are_a_loop(self) -> bool:
        """Whether there is no hope that the next one succeeds."""
        return self.count >= FAILURES_TO_LOOP and self._clock() - self._since >= LOOP_SECONDS

    def note(self) -> None:
        """Know of one more."""
        if not self.count:
            self._since = self._clock()
        self.count += 1

    def forget(self) -> None:
        """Know that a start succeeded."""
        self.count = 0

    def pause(self, took: float) -> float:
        """Return how many seconds to wait before the next one.

        Args:
            took: How long the last one took until it failed, in seconds.
        """
        soon = took < SOON_SECONDS and self.count <= SOON_TIMES
        return min(SOON_SECONDS if soon else LONGEST_PAUSE, math.ldexp(FIRST_PAUSE, min(self.count, 10)))
