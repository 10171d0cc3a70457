"""DeLong's interval for the difference of two areas under ROC curves on the same rows.

DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837 to 845; by midranks as Sun and Xu (2014), IEEE Signal
Processing Letters 21, 1389 to 1393, so that it takes n log n.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np


class Areas(NamedTuple):
    """Two areas, and their difference.

    Attributes:
        first: The area of the first.
        second: That of the second.
        low: The lower end of the interval of second minus first.
        high: The upper end.
        variance: The variance of that difference.
    """

    first: float
    second: float
    low: float
    high: float
    variance: float


def delong(outcome: np.ndarray, first: np.ndarray, second: np.ndarray, level: float) -> Areas:
    """Compare two scores.

    Args:
        outcome: 1 where a row is a case, 0 where it is not; both must occur.
        first: The first score; higher means more likely a case.
        second: The second.
        level: That of the interval, such as 0.95.
    """
    cases, others = outcome == 1, outcome != 1
    of_cases, of_others, areas = [], [], []
    for score in (first, second):
        case, other = score[cases], score[others]
        together = _midranks(np.concatenate([case, other]))
        in_cases = (together[: case.size] - _midranks(case)) / other.size
        in_others = 1 - (together[case.size :] - _midranks(other)) / case.size
        of_cases.append(in_cases)
        of_others.append(in_others)
        areas.append(float(in_cases.mean()))
    between_cases = of_cases[1] - of_cases[0]
    between_others = of_others[1] - of_others[0]
    variance = _variance(between_cases) + _variance(between_others)
    half = NormalDist().inv_cdf(0.5 + level / 2) * float(np.sqrt(variance))
    difference = areas[1] - areas[0]
    return Areas(areas[0], areas[1], difference - half, difference + half, variance)


def _variance(values: np.ndarray) -> float:
    """Return the variance of a mean; of one value it is not known, and said to be none."""
    return float(values.var(ddof=1) / values.size) if values.size > 1 else 0.0


def _midranks(values: np.ndarray) -> np.ndarray:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles: np.ndarray = (ends - (counts - 1) / 2)[place]
    return middles
