"""Shares of rows: their intervals, the difference of two, and many tests at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL = 0.95
"""The level of all intervals here."""

Interval = tuple[float, float]


def exact_interval(count: int, rows: int, level: float = LEVEL) -> Interval:
    """Return the interval of Clopper and Pearson for a share, as R's `binom.test`.

    Args:
        count: How many rows have it.
        rows: Of how many, at least one.
        level: The level of the interval.
    """
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(stats.beta.ppf(tail, count, rows - count + 1))
    high = 1.0 if count == rows else float(stats.beta.ppf(1 - tail, count + 1, rows - count))
    return low, high


def binomial_p(count: int, rows: int, share: float) -> float:
    """Return the two-sided p value of R's `binom.test`: of all counts that are no more likely."""
    return float(stats.binomtest(count, rows, share).pvalue)


def difference_interval(now: tuple[int, int], before: tuple[int, int], level: float = LEVEL) -> Interval:
    """Return the interval of a difference of two shares, now less before.

    It is Newcombe's hybrid score interval without continuity correction (1998, method 10).

    Args:
        now: How many rows have it, of how many.
        before: The same before.
        level: The level of the interval.
    """
    (first, low, high), (second, low_before, high_before) = (_score(*each, level) for each in (now, before))
    difference = first - second
    return (
        difference - math.hypot(first - low, high_before - second),
        difference + math.hypot(high - first, second - low_before),
    )


def _score(count: int, rows: int, level: float) -> tuple[float, float, float]:
    """Return a share with its score interval (Wilson)."""
    z = float(stats.norm.ppf((1 + level) / 2))
    share = count / rows
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z / (1 + z * z / rows) * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return share, max(0.0, middle - half), min(1.0, middle + half)


def holm(values: Sequence[float]) -> list[float]:
    """Return p values corrected after Holm (1979), as R's `p.adjust`: whatever depends on what, the rate holds."""
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected, least = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = least
    return corrected
