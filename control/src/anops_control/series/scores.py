"""How good forecasts were: scaled errors, and what intervals and quantiles are worth.

MASE is that of Hyndman and Koehler (2006), as R's `forecast::accuracy()` has it: errors by the mean absolute
difference of the training data at the seasonal lag; RMSSE is the same with squares. The interval score is that of
Gneiting and Raftery (2007), the pinball loss the usual one of quantiles, averaged over all bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Scale:
    """What errors are divided by.

    Attributes:
        absolute: The mean absolute difference of the training data at the seasonal lag.
        squared: The mean squared one.
    """

    absolute: float
    squared: float

    @classmethod
    def of(cls, training: np.ndarray, lag: int) -> Scale | None:
        """Return the scale of training data (1-D); None where they are too short, or never change."""
        differences = training[lag:] - training[:-lag]
        differences = differences[~np.isnan(differences)]
        if not len(differences) or not np.any(differences):
            return None
        return cls(float(np.mean(np.abs(differences))), float(np.mean(differences**2)))


@dataclass(frozen=True, slots=True)
class Judged:
    """Forecasts beside what came: one for each origin and series, of one method.

    Attributes:
        actual: What came (1-D).
        forecast: `prediction`, and bounds such as `lower_80`, each as long.
        absolute: What absolute errors are divided by, each.
        squared: What squared ones are.
    """

    actual: np.ndarray
    forecast: Mapping[str, np.ndarray]
    absolute: np.ndarray
    squared: np.ndarray


def scores_of(judged: Judged, levels: Sequence[float]) -> dict[str, float | int | None]:
    """Return the scores, by name; None where there is nothing to judge.

    Args:
        judged: Forecasts and what came.
        levels: Coverages in percent, of which there are bounds.
    """
    there = ~np.isnan(judged.actual) & ~np.isnan(judged.forecast["prediction"])
    actual = judged.actual[there]
    error = actual - judged.forecast["prediction"][there]
    found: dict[str, float | int | None] = {
        "n": int(there.sum()),
        "mae": _mean(np.abs(error)),
        "rmse": _root(_mean(error**2)),
        "mase": _mean(np.abs(error) / judged.absolute[there]),
        "rmsse": _root(_mean(error**2 / judged.squared[there])),
    }
    pinballs = []
    for level in levels:
        names = f"lower_{level:.10g}", f"upper_{level:.10g}"
        if any(name not in judged.forecast for name in names):
            continue
        lower, upper = (judged.forecast[name][there] for name in names)
        tail = (1 - level / 100) / 2
        pinballs += [_pinball(actual, lower, tail), _pinball(actual, upper, 1 - tail)]
        outside = np.maximum(lower - actual, 0) + np.maximum(actual - upper, 0)
        found[f"coverage_{level:.10g}"] = _mean((outside == 0).astype(float))
        found[f"interval_score_{level:.10g}"] = _mean(upper - lower + outside / tail)
    found["pinball"] = _mean(np.mean(pinballs, axis=0)) if pinballs else None
    return found


def _pinball(actual: np.ndarray, quantile: np.ndarray, probability: float) -> np.ndarray:
    error = actual - quantile
    losses: np.ndarray = np.maximum(probability * error, (probability - 1) * error)
    return losses


def _mean(values: np.ndarray) -> float | None:
    mean = float(np.mean(values)) if len(values) else float("nan")
    return mean if np.isfinite(mean) else None


def _root(value: float | None) -> float | None:
    return None if value is None else float(np.sqrt(value))
