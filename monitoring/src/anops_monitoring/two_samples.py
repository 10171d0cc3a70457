"""Tests of whether two samples are of one distribution: Kolmogorov and Smirnov's, and chi-square.

Both are R's `ks.test` and `chisq.test`, ties included: SciPy takes the p value of a distribution without ties.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Mapping

EXACT_BELOW = 10_000
"""R's limit for the product of both numbers of rows: from here on the p value is that of infinitely many."""
_LEAST_EXPECTED = 5


@dataclass(frozen=True, slots=True)
class Tested:
    """The result of a test.

    Attributes:
        test: Its name.
        statistic: Its statistic.
        p: Its p value.
        method: How the p value is made.
        note: What makes it doubtful.
    """

    test: str
    statistic: float
    p: float
    method: str
    note: str | None = None


def ks(now: np.ndarray, before: np.ndarray) -> Tested:
    """Test with the largest distance of both empirical distributions.

    Args:
        now: A sample (1-D, numbers, none missing).
        before: The other.
    """
    first, second = np.sort(now), np.sort(before)
    points = np.unique(np.concatenate([first, second]))
    steps = (np.searchsorted(first, points, "right"), np.searchsorted(second, points, "right"))
    distance = float(np.max(np.abs(steps[0] / len(first) - steps[1] / len(second))))
    has_ties = len(points) < len(first) + len(second)
    if len(first) * len(second) < EXACT_BELOW:
        method = "exact, given the ties" if has_ties else "exact"
        return Tested("ks", distance, _exact_ks(*steps, distance), method)
    scale = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    note = "ties: the true p value is smaller" if has_ties else None
    return Tested("ks", distance, float(stats.kstwobign.sf(scale * distance)), "asymptotic", note)


def _exact_ks(first: np.ndarray, second: np.ndarray, distance: float) -> float:
    """Return how likely a distance of at least this is, given the values of both samples together.

    Each order of the values is as likely as any other. They are walked through as paths on a grid, which may leave
    the band of smaller distances only between tied values (Schröer and Trenkler, 1995).

    Args:
        first: How many of one sample are not above each value.
        second: The same of the other.
        distance: The distance.
    """
    rows, columns = int(first[-1]), int(second[-1])
    band = (0.5 + math.floor(distance * rows * columns - 1e-7)) / (rows * columns)
    looked_at = np.zeros(rows + columns + 1, dtype=np.bool_)
    looked_at[(first + second).astype(np.intp)] = True
    across = np.arange(columns + 1)
    inside = np.zeros(columns + 1)
    inside[0] = 1.0
    for row in range(rows + 1):
        far = looked_at[row + across] & (np.abs(row / rows - across / columns) >= band)
        for column in range(columns + 1):
            if row == column == 0:
                continue
            # both shares are those of a draw without replacement
            up = inside[column] * row / (row + column) if row else 0.0
            left = inside[column - 1] * column / (row + column) if column else 0.0
            inside[column] = 0.0 if far[column] else up + left
    return float(min(1.0, max(0.0, 1.0 - inside[columns])))


def chi_square(now: Mapping[str, int], before: Mapping[str, int]) -> Tested | None:
    """Test whether levels have the same shares in two samples; None where there is only one level.

    Args:
        now: The counts of each level.
        before: The same in the other sample.
    """
    levels = [each for each in dict.fromkeys((*before, *now)) if now.get(each, 0) + before.get(each, 0)]
    if len(levels) < 2:
        return None
    table = np.array([[counts.get(each, 0) for each in levels] for counts in (now, before)])
    is_small = table.shape == (2, 2)
    found = stats.chi2_contingency(table, correction=is_small)
    few = bool((found.expected_freq < _LEAST_EXPECTED).any())
    note = f"a level has fewer than {_LEAST_EXPECTED} expected rows: the p value is approximate" if few else None
    method = "Yates' correction" if is_small else f"{int(found.dof)} degrees of freedom"
    return Tested("chi-square", float(found.statistic), float(found.pvalue), method, note)
