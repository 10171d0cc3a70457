"""Metrics of predictions, by the names of the field: each as a mean over rows, or by ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Losses = np.ndarray
_SMALLEST = 1e-15
"""A probability of 0 or 1 is taken for this far from it, as scikit-learn does for 64-bit numbers (2.2e-16 there)."""


def _same(mean: np.ndarray) -> np.ndarray:
    return mean


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    Attributes:
        name: What it is called.
        kind: What it is of: "number", "probability" or "class".
        higher_is_better: Which way is better.
        by_row: Returns each row's share, whose mean it is; None where it is one of ranks.
        of_mean: Makes the metric of that mean.
    """

    name: str
    kind: str
    higher_is_better: bool
    by_row: Callable[[np.ndarray, np.ndarray], Losses] | None
    of_mean: Callable[[np.ndarray], np.ndarray] = _same


def _squared(outcome: np.ndarray, predicted: np.ndarray) -> Losses:
    shares: Losses = np.square(predicted - outcome)
    return shares


def _absolute(outcome: np.ndarray, predicted: np.ndarray) -> Losses:
    shares: Losses = np.abs(predicted - outcome)
    return shares


def _log_loss(outcome: np.ndarray, predicted: np.ndarray) -> Losses:
    kept = np.clip(predicted, _SMALLEST, 1 - _SMALLEST)
    shares: Losses = -np.where(outcome == 1, np.log(kept), np.log1p(-kept))
    return shares


def _right(outcome: np.ndarray, predicted: np.ndarray) -> Losses:
    shares: Losses = np.asarray(outcome == predicted, dtype=np.float64)
    return shares


METRICS = {
    metric.name: metric
    for metric in (
        Metric("rmse", "number", higher_is_better=False, by_row=_squared, of_mean=np.sqrt),
        Metric("mae", "number", higher_is_better=False, by_row=_absolute),
        Metric("log_loss", "probability", higher_is_better=False, by_row=_log_loss),
        Metric("brier", "probability", higher_is_better=False, by_row=_squared),
        Metric("roc_auc", "probability", higher_is_better=True, by_row=None),
        Metric("accuracy", "class", higher_is_better=True, by_row=_right),
    )
}
