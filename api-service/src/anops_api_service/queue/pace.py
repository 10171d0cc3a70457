"""How fast the calls of one model are: how many rows to batch, and for how long a row that may hang is computed."""

from __future__ import annotations

from collections import defaultdict, deque

BATCH_SECONDS = 1.0
"""A batch is meant to take no longer: a model that is slow row by row does not pass its deadline by batching."""

SUSPECT_SECONDS = 1.5
"""Rows of a batch that was ended are computed for so long at least, by themselves: a worker that has just begun, on a
machine that is busy, must have the time for a usual call."""

SUSPECT_FACTOR = 4
"""And for so many times as long as most calls take."""

REMEMBERED = 32
"""How many calls of about the same number of rows are remembered."""


class Pace:
    """Learns from the calls that were answered."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._recent: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._row_seconds = 0.0

    def note(self, rows: int, seconds: float, *, at_once: bool) -> None:
        """Take in how long a call took.

        Args:
            rows: Its rows.
            seconds: From its sending to its answer.
            at_once: Whether a worker was free for it: else it is no measure of a call.
        """
        # a mean that soon forgets: the first call of a model is often its slowest
        self._row_seconds += (seconds / max(rows, 1) - self._row_seconds) / 2
        if at_once:
            self._recent[rows.bit_length()].append(seconds)

    def batch_rows(self, most: int) -> int:
        """Say how many rows may be batched, of `most` that are allowed."""
        return most if self._row_seconds * most <= BATCH_SECONDS else max(int(BATCH_SECONDS / self._row_seconds), 1)

    def suspect_seconds(self, rows: int) -> float | None:
        """Say for how long rows are computed by themselves, whose batch passed the deadline.

        Returns:
            Several times as long as nine of ten calls took that had about as many rows; of those with fewer, in
            proportion. None where nothing is known: then the deadline holds.
        """
        if not self._recent:
            return None
        size = rows.bit_length()
        known = max((one for one in self._recent if one <= size), default=min(self._recent))
        seconds = sorted(self._recent[known])
        usual = seconds[(len(seconds) - 1) * 9 // 10] * (1 << max(size - known, 0))
        return max(SUSPECT_SECONDS, SUSPECT_FACTOR * usual)
