"""An always-valid interval for a mean: it may be looked at after each observation, and acted on at any look.

The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit
theory and asymptotic confidence sequences, Annals of Statistics 52, 2613 to 2640: the normal mixture of their theorem
2.2, and for a split the augmented inverse-probability weights of their section 3. It holds from the first few dozen
observations on, whatever their distribution with a finite variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

METHOD = "asymptotic confidence sequence (Waudby-Smith et al. 2024)"
_NARROWEST_AT = 500
"""At how many observations it is narrowest: it must be fixed before the first look."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its interval.

    Attributes:
        mean: The mean.
        low: The lower end.
        high: The upper end.
        count: Of how many observations.
    """

    mean: float
    low: float
    high: float
    count: int


def always_valid(values: np.ndarray, level: float) -> Interval:
    """Return the interval of the mean of observations in the order in which they came.

    Args:
        values: At least two.
        level: How surely the intervals of all looks hold together, such as 0.95.
    """
    count, mean = values.size, float(values.mean())
    alpha = 1 - level
    square = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / _NARROWEST_AT
    grown = count * square + 1
    half = float(values.std()) * math.sqrt(2 * grown / (count**2 * square) * math.log(math.sqrt(grown) / alpha))
    return Interval(mean, mean - half, mean + half, count)


def weighted(losses: np.ndarray, challenger: np.ndarray, share: float) -> np.ndarray:
    """Return for each unit of a split an estimate of how much the challenger improves the loss; their mean is unbiased.

    What is expected of each arm is the mean of the units before, so that a unit tells little but its own difference.

    Args:
        losses: The loss of each unit, in the order in which they came.
        challenger: Whether the challenger has answered it.
        share: With which probability it did.
    """
    expected = [_means_before(losses, which) for which in (~challenger, challenger)]
    of_champion = np.where(challenger, 0.0, (losses - expected[0]) / (1 - share))
    of_challenger = np.where(challenger, (losses - expected[1]) / share, 0.0)
    improvements: np.ndarray = expected[0] - expected[1] + of_champion - of_challenger
    return improvements


def _means_before(losses: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Return the mean loss of an arm before each unit; before its first one that of all units before."""
    counts, sums = (np.concatenate([[0.0], np.cumsum(each)[:-1]]) for each in (which, np.where(which, losses, 0.0)))
    everything = np.concatenate([[0.0], np.cumsum(losses)[:-1]]) / np.maximum(np.arange(losses.size), 1)
    means: np.ndarray = np.where(counts > 0, sums / np.maximum(counts, 1), everything)
    return means
