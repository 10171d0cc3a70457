"""An estimate of a classifier's performance before anything has come true, from its own probabilities (CBPE)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from anops_monitoring.classes import chances_of, single_chance
from anops_monitoring.drift import MIN_ROWS
from anops_monitoring.shares import LEVEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAYS = "An estimate without outcomes (confidence-based, CBPE): it holds where the probabilities are calibrated."


def estimated(outputs: Sequence[Mapping[str, Any]], *, is_chance: bool) -> dict[str, Any] | None:
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


def _chances(outputs: Sequence[Mapping[str, Any]], *, is_chance: bool) -> np.ndarray | None:
    """Return the probabilities of each class (rows by classes)."""
    found = [each for each in map(chances_of, outputs) if each is not None]
    if found:
        names = list(found[0])
        return np.array([[each[name] for name in names] for each in found if each.keys() == found[0].keys()])
    single = [single_chance(each) for each in outputs] if is_chance else []
    known = np.array([each for each in single if each is not None])
    return np.column_stack([1 - known, known]) if len(known) else None


def _area(chance: np.ndarray) -> float | None:
    """Return the expected area under the ROC curve: of pairs, weighted by how likely they are a case and another.

    A row makes no pair with itself, since it can't be both.
    """
    order = np.argsort(chance, kind="stable")
    kept = chance[order]
    others = 1 - kept
    starts = np.flatnonzero(np.r_[True, kept[1:] != kept[:-1]])
    of_cases, of_others = np.add.reduceat(kept, starts), np.add.reduceat(others, starts)
    below = np.cumsum(of_others) - of_others
    itself = float((kept * others).sum())
    pairs = float(kept.sum() * others.sum()) - itself
    return None if pairs <= 0 else float(((of_cases * (below + of_others / 2)).sum() - itself / 2) / pairs)
