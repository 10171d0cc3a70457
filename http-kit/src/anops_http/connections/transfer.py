"""Whether bytes move fast enough in one direction of a connection, judged only while its client is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Pace(Enum):
    """How bytes move."""

    FINE = "fine"
    STALLED = "stalled"
    """None has moved for long."""
    SLOW = "slow"
    """Some have, and too few."""


@dataclass(frozen=True, slots=True)
class LeastPace:
    """What is asked of a client.

    Attributes:
        seconds: How long none may move.
        bytes_per_second: How many must, on average over such a time; 0: however few.
    """

    seconds: float
    bytes_per_second: float


class Transfer:
    """The bytes of one direction: how many have moved, and how long was waited for more."""

    __slots__ = ("_before", "_begun", "_still", "_waited")

    def __init__(self, moved: int) -> None:
        """Judge from here on.

        Args:
            moved: How many bytes have moved before.
        """
        self._before = self._begun = moved
        self._still = self._waited = 0.0

    def look(self, moved: int, seconds: float, least: LeastPace) -> Pace:
        """Judge it.

        Args:
            moved: How many bytes have moved in all.
            seconds: For how long the client was waited for since the last look.
            least: What is asked of it.
        """
        self._waited += seconds
        self._still = 0.0 if moved != self._before else self._still + seconds
        self._before = moved
        if self._still > least.seconds:
            return Pace.STALLED
        if self._waited > least.seconds:
            if moved - self._begun < least.bytes_per_second * self._waited:
                return Pace.SLOW
            self._begun, self._waited = moved, 0.0
        return Pace.FINE
