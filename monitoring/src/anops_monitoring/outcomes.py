"""What came true beside what was predicted: coverage of intervals, metrics, calibration."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.outcome_levels import case_last, level_of
from scipy import stats

from anops_monitoring import shares
from anops_monitoring.drift import ALPHA, MIN_ROWS
from anops_monitoring.values import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_monitoring.logged import LoggedRow

_QUANTILE = re.compile(r"q(0?\.\d+|\d+(\.\d+)?e-\d+)")


def coverage_of(rows: Sequence[LoggedRow]) -> list[dict[str, Any]]:
    """Compare promised intervals and quantiles with what came true.

    Args:
        rows: Rows of the log; those without an outcome, or without an interval for a single observation, are left out.

    Returns:
        For each level that was promised: how many outcomes lie within (or for a quantile, not above), that share with
        its exact binomial interval, and the p value of a share as promised.
    """
    pairs: dict[tuple[str, float], list[int]] = defaultdict(list)
    for row in rows:
        outcome = _plain(row.outcome)
        if math.isnan(outcome):
            continue
        low, high = (_plain(row.outputs.get(name)) for name in ("lower", "upper"))
        level = row.options.get("level")
        if row.options.get("interval") == "prediction" and level is not None and not math.isnan(low + high):
            pairs["interval", float(level)].append(-1 if outcome < low else 1 if outcome > high else 0)
        for name, value in row.outputs.items():
            if _QUANTILE.fullmatch(name) and not math.isnan(_plain(value)):
                pairs["quantile", float(name[1:])].append(1 if outcome > _plain(value) else 0)
    found = [_covered(kind, level, sides) for (kind, level), sides in sorted(pairs.items())]
    tested = [each for each in found if each["p"] is not None]
    for each, corrected in zip(tested, shares.holm([each["p"] for each in tested]), strict=True):
        each["p_corrected"] = corrected
        if corrected < ALPHA:
            less = "too narrow" if each["kind"] == "interval" else "too low"
            more = "too wide" if each["kind"] == "interval" else "too high"
            each["verdict"] = less if each["share"] < each["promised"] else more
        else:
            each["verdict"] = "as promised"
    return found


def _covered(kind: str, level: float, sides: list[int]) -> dict[str, Any]:
    rows, within = len(sides), sides.count(0)
    told = {"kind": kind, "promised": level, "rows": rows, "within": within, "below": sides.count(-1),
            "above": sides.count(1), "share": within / rows, "interval": shares.exact_interval(within, rows),
            "p": shares.binomial_p(within, rows, level), "verdict": "unknown", "skipped": None}  # fmt: skip
    if rows < MIN_ROWS:
        told |= {"p": None, "skipped": f"{rows} outcomes: fewer than {MIN_ROWS} are too few for a test"}
    return told


def performance_of(outcomes: Sequence[Any], outputs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return metrics with their intervals, and how far predictions are calibrated.

    Args:
        outcomes: What came true; None where it is not known.
        outputs: What was predicted.
    """
    known = [(true, said) for true, said in zip(outcomes, outputs, strict=True) if true is not None]
    told: dict[str, Any] = {"rows": len(known), "kind": None, "metrics": [], "calibration": None, "skipped": None}
    if len(known) < MIN_ROWS:
        told["skipped"] = f"{len(known)} outcomes: fewer than {MIN_ROWS} are too few"
        return told
    first = next(iter(known[0][1]), "")
    true, said = [pair[0] for pair in known], [pair[1].get(first) for pair in known]
    predicted, came = numbers(said), numbers(true)
    if np.isnan(predicted).all():
        return told | _of_classes(true, said)
    levels = case_last(level_of(each) for each in true)
    is_chance = bool(np.nanmin(predicted) >= 0 and np.nanmax(predicted) <= 1)
    if is_chance and len(levels) == 2:
        case = np.array([float(level_of(each) == levels[1]) for each in true])
        return told | _of_chances(case[~np.isnan(predicted)], predicted[~np.isnan(predicted)], levels[1])
    both = ~np.isnan(predicted) & ~np.isnan(came)
    if both.sum() < MIN_ROWS:
        told["skipped"] = f"{int(both.sum())} rows have both a number as outcome and one as prediction"
        return told
    return told | _of_numbers(came[both], predicted[both])


def _of_numbers(true: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    errors = predicted - true
    square, low, high = _mean(errors**2)
    metrics = [
        _metric("rmse", math.sqrt(square), (math.sqrt(max(0.0, low)), math.sqrt(high))),
        _metric("mae", *_split(_mean(np.abs(errors)))),
        _metric("mean_error", *_split(_mean(errors))),
    ]
    calibration: dict[str, Any] | None = None
    if np.ptp(predicted) > 0:
        line = stats.linregress(predicted, true)
        half = float(stats.t.ppf((1 + shares.LEVEL) / 2, len(true) - 2))
        calibration = {
            "slope": float(line.slope),
            "slope_interval": (float(line.slope - half * line.stderr), float(line.slope + half * line.stderr)),
            "intercept": float(line.intercept),
        }
    return {"kind": "number", "metrics": metrics, "calibration": calibration}


def _of_classes(true: Sequence[Any], said: Sequence[Any]) -> dict[str, Any]:
    right = sum(level_of(first) == level_of(second) for first, second in zip(true, said, strict=True))
    return {"kind": "class", "metrics": [
        _metric("accuracy", right / len(true), shares.exact_interval(right, len(true)))]}  # fmt: skip


def _of_chances(case: np.ndarray, predicted: np.ndarray, name: str) -> dict[str, Any]:
    kept = np.clip(predicted, 1e-15, 1 - 1e-15)
    metrics = [
        _metric("log_loss", *_split(_mean(-np.where(case == 1, np.log(kept), np.log1p(-kept))))),
        _metric("brier", *_split(_mean((predicted - case) ** 2))),
    ]
    if 0 < case.sum() < len(case):
        metrics.append(_roc_auc(case == 1, predicted))
    bins = np.array_split(np.argsort(predicted, kind="stable"), 10)
    curve = [
        {"rows": len(rows), "predicted": float(predicted[rows].mean()), "observed": float(case[rows].mean()),
         "interval": shares.exact_interval(int(case[rows].sum()), len(rows))}
        for rows in bins if len(rows)
    ]  # fmt: skip
    return {"kind": "probability", "case": name, "metrics": metrics, "calibration": {"curve": curve}}


def _roc_auc(case: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    """Return the area with the interval of DeLong, DeLong and Clarke-Pearson (1988)."""
    ranks = stats.rankdata(predicted)
    cases, others = int(case.sum()), int((~case).sum())
    above = (ranks[case] - stats.rankdata(predicted[case])) / others
    below = 1 - (ranks[~case] - stats.rankdata(predicted[~case])) / cases
    area = float(above.mean())
    if min(cases, others) < 2:
        return _metric("roc_auc", area, None)
    half = float(stats.norm.ppf((1 + shares.LEVEL) / 2)) * math.sqrt(
        above.var(ddof=1) / cases + below.var(ddof=1) / others
    )
    return _metric("roc_auc", area, (max(0.0, area - half), min(1.0, area + half)))


def _mean(values: np.ndarray) -> tuple[float, float, float]:
    """Return a mean with its t interval."""
    mean = float(values.mean())
    half = (
        float(stats.t.ppf((1 + shares.LEVEL) / 2, len(values) - 1)) * float(values.std(ddof=1)) / math.sqrt(len(values))
    )
    return mean, mean - half, mean + half


def _split(found: tuple[float, float, float]) -> tuple[float, shares.Interval]:
    return found[0], (found[1], found[2])


def _metric(name: str, value: float, interval: shares.Interval | None) -> dict[str, Any]:
    return {"metric": name, "value": value, "interval": interval}


def _plain(value: object) -> float:
    return float(numbers([value])[0])
