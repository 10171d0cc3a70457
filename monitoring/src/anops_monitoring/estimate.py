"""An estimate of a classifier's performance before anything has come true, from its own probabilities (CBPE)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from anops_monitoring.drift import MIN_ROWS
from anops_monitoring.shares import LEVEL
from anops_monitoring.values import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLERANCE = 1e-6
SAYS = "An estimate without outcomes (confidence-based, CBPE): it holds where the probabilities are calibrated."


def estimated(outputs: Sequence[dict[str, Any]], *, is_chance: bool) -> dict[str, Any] | None:
    """Estimate performance; None where the predictions are no probabilities.

    Args:
        outputs: What was predicted.
        is_chance: Whether a single number is known to be the probability of a case.
    """
    chances = _chances(outputs, is_chance=is_chance)
    if chances is None:
        return None
    told: dict[str, Any] = {"rows": len(chances), "says": SAYS, "metrics": [], "skipped": None}
    if len(chances) < MIN_ROWS:
        return told | {"skipped": f"{len(chances)} predictions: fewer than {MIN_ROWS} are too few"}
    best = chances.max(axis=1)
    # who is right is drawn for each row with its own chance
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * math.sqrt(float((best * (1 - best)).sum())) / len(best)
    accuracy = float(best.mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(chances > 0, chances * np.log(chances), 0.0).sum(axis=1)
    told["metrics"] = [
        {"metric": "accuracy", "value": accuracy, "interval": (max(0.0, accuracy - half), min(1.0, accuracy + half))},
        {"metric": "log_loss", "value": float(entropy.mean()), "interval": None},
    ]
    if chances.shape[1] == 2:
        chance = chances[:, 1]
        told["metrics"].append({"metric": "brier", "value": float((chance * (1 - chance)).mean()), "interval": None})
        told["metrics"].append({"metric": "roc_auc", "value": _area(chance), "interval": None})
    return told


def _chances(outputs: Sequence[dict[str, Any]], *, is_chance: bool) -> np.ndarray | None:
    """Return the probabilities of each class (rows by classes)."""
    names = list(outputs[0]) if outputs else []
    if not names:
        return None
    table = np.column_stack([numbers([each.get(name) for each in outputs]) for name in names])
    table = table[~np.isnan(table).any(axis=1)]
    if not len(table) or table.min() < 0 or table.max() > 1:
        return None
    if len(names) > 1:
        return table if bool((np.abs(table.sum(axis=1) - 1) < _TOLERANCE).all()) else None
    return np.column_stack([1 - table[:, 0], table[:, 0]]) if is_chance else None


def _area(chance: np.ndarray) -> float | None:
    """Return the expected area under the ROC curve: of pairs, weighted by how likely they are a case and another."""
    order = np.argsort(chance, kind="stable")
    kept = chance[order]
    others = 1 - kept
    starts = np.flatnonzero(np.r_[True, kept[1:] != kept[:-1]])
    of_cases, of_others = np.add.reduceat(kept, starts), np.add.reduceat(others, starts)
    below = np.cumsum(of_others) - of_others
    pairs = float(kept.sum() * others.sum())
    return None if pairs == 0 else float((of_cases * (below + of_others / 2)).sum() / pairs)
