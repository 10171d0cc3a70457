"""Counts of values by size: as plain whole numbers, since each request adds to several."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Histogram:
    """How many values were how large.

    Attributes:
        bounds: The upper ends of the buckets, each included; beyond the last there is one more.
        counts: How many values each bucket has.
        total: Their sum.
    """

    __slots__ = ("_ends", "bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self._ends = np.array(bounds)
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def add_all(self, values: Sequence[float]) -> None:
        """Count many values at once."""
        places = np.searchsorted(self._ends, values, side="left")
        for place, count in enumerate(np.bincount(places, minlength=len(self.counts)).tolist()):
            self.counts[place] += count
        self.total += sum(values)

    def cumulative(self) -> list[tuple[str, float]]:
        """Return for each upper end how many values are not larger, as Prometheus has it."""
        so_far, told = 0, []
        for bound, count in zip((*map(repr, self.bounds), "+Inf"), self.counts, strict=True):
            so_far += count
            told.append((bound, float(so_far)))
        return told

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.counts)
