"""The paired difference of a metric between two versions on the same rows, with an interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_control.promoting.delong import delong

if TYPE_CHECKING:
    from anops_control.promoting.metrics import Metric

DRAWS = 2000
SEED = 20_261_129
_AT_ONCE = 4_000_000
"""How many rows are drawn at once: of numbers, 32 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """How much better a challenger is, in the metric; below 0 it is worse.

    Attributes:
        metric: The metric's name.
        champion: The metric of the one that is there.
        challenger: That of the one that may take its place.
        improvement: The difference, so that more is better whatever the metric.
        low: The lower end of its interval.
        high: The upper end.
        level: The level of the interval.
        method: How it was computed: "bootstrap", with its draws and seed, or "DeLong".
        rows: Of how many rows.
    """

    metric: str
    champion: float
    challenger: float
    improvement: float
    low: float
    high: float
    level: float
    method: str
    rows: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def improvement(
    metric: Metric, outcome: np.ndarray, champion: np.ndarray, challenger: np.ndarray, level: float
) -> Improvement:
    """Compare the predictions of two versions.

    The interval is that of DeLong for the area under the ROC curve; else the percentiles of a bootstrap that draws
    rows, the same for both (Efron and Tibshirani 1993, chapter 13). Its seed is fixed: the same rows give the same.

    Args:
        metric: What is compared.
        outcome: What came true.
        champion: The predictions of the one that is there.
        challenger: Those of the other.
        level: The level of the interval.
    """
    if metric.by_row is None:
        found = delong(outcome, champion, challenger, level)
        return Improvement(
            metric=metric.name, champion=found.first, challenger=found.second,
            improvement=found.second - found.first, low=found.low, high=found.high,
            level=level, method="DeLong", rows=outcome.size,
        )  # fmt: skip
    sign = 1.0 if metric.higher_is_better else -1.0
    shares = np.column_stack([metric.by_row(outcome, champion), metric.by_row(outcome, challenger)])
    before, after = (float(each) for each in metric.of_mean(shares.mean(axis=0)))
    drawn = metric.of_mean(_means(shares))
    differences = sign * (drawn[:, 1] - drawn[:, 0])
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    return Improvement(
        metric=metric.name, champion=before, challenger=after,
        improvement=sign * (after - before), low=float(low), high=float(high),
        level=level, method=f"bootstrap, {DRAWS} draws, seed {SEED}", rows=outcome.size,
    )  # fmt: skip


def _means(shares: np.ndarray) -> np.ndarray:
    """Return the means of rows that are drawn again and again, with replacement."""
    rows = shares.shape[0]
    random = np.random.default_rng(SEED)
    means = np.empty((DRAWS, shares.shape[1]))
    step = max(1, _AT_ONCE // rows)
    for begin in range(0, DRAWS, step):
        end = min(begin + step, DRAWS)
        drawn = random.integers(0, rows, size=(end - begin, rows))
        for column in range(shares.shape[1]):
            means[begin:end, column] = shares[drawn, column].mean(axis=1)
    return means
