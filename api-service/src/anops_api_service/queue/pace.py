"""How fast the calls of one model are: how many rows to batch, and for how long a row that may hang is computed."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque

BATCH_SECONDS = 1.0
"""A batch is meant to take no longer: a model that is slow row by row does not pass its deadline by batching."""

SUSPECT_SECONDS = 1.5
"""Rows of a batch that was ended are computed for so long at least, by themselves: a worker that has just begun, on a
machine that is busy, must have the time for a usual call."""

SUSPECT_FACTOR = 4
"""And for so many times as long as most calls take."""

PATIENT_SECONDS = 2.0
"""A batch is computed for so long at least before its requests are sent one by one: one of them may hang."""

PATIENT_FACTOR = 8
"""And for so many times as long as most calls take with the same options."""

FEWEST_CALLS = 8
"""So many calls with the same options must be known for that."""

REMEMBERED = 32
"""How many calls of about the same number of rows are remembered."""

REMEMBERED_OPTIONS = 32
"""For how many kinds of options."""

Recent = defaultdict[int, deque[float]]
"""Seconds of calls, by the number of bits of the number of their rows."""


class Pace:
    """Learns from the calls that were answered."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._recent: OrderedDict[bytes, Recent] = OrderedDict()
        self._row_seconds = 0.0

    def note(self, rows: int, seconds: float, *, at_once: bool, key: bytes = b"") -> None:
        """Take in how long a call took.

        Args:
            rows: Its rows.
            seconds: From its sending to its answer.
            at_once: Whether a worker was free for it: else it is no measure of a call.
            key: The same for options that are the same.
        """
        # a mean that soon forgets: the first call of a model is often its slowest
        self._row_seconds += (seconds / max(rows, 1) - self._row_seconds) / 2
        if not at_once:
            return
        recent = self._recent.get(key)
        if recent is None:
            recent = self._recent[key] = defaultdict(lambda: deque(maxlen=REMEMBERED))
            if len(self._recent) > REMEMBERED_OPTIONS:
                self._recent.popitem(last=False)
        else:
            self._recent.move_to_end(key)
        recent[rows.bit_length()].append(seconds)

    def batch_rows(self, most: int) -> int:
        """Say how many rows may be batched, of `most` that are allowed."""
        return most if self._row_seconds * most <= BATCH_SECONDS else max(int(BATCH_SECONDS / self._row_seconds), 1)

    def patient_seconds(self, rows: int, key: bytes) -> float | None:
        """Say for how long the rows of several requests are computed together.

        Returns:
            Many times as long as nine of ten calls took with the same options; None where too little is known: then
            the deadline holds.
        """
        recent = self._recent.get(key)
        if recent is None or sum(map(len, recent.values())) < FEWEST_CALLS:
            return None
        return max(PATIENT_SECONDS, PATIENT_FACTOR * _usual(recent, rows))

    def suspect_seconds(self, rows: int, key: bytes = b"") -> float | None:
        """Say for how long rows are computed by themselves, whose batch passed the deadline.

        Returns:
            Several times as long as nine of ten calls took that had about as many rows; of those with fewer, in
            proportion. None where nothing is known: then the deadline holds.
        """
        if not self._recent:
            return None
        recent = self._recent.get(key) or next(reversed(self._recent.values()))
        return max(SUSPECT_SECONDS, SUSPECT_FACTOR * _usual(recent, rows))


def _usual(recent: Recent, rows: int) -> float:
    size = rows.bit_length()
    known = max((one for one in recent if one <= size), default=min(recent))
    seconds = sorted(recent[known])
    return seconds[(len(seconds) - 1) * 9 // 10] * (1 << max(size - known, 0))
