"""What came true beside what was predicted: metrics with their intervals, calibration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.outcome_levels import case_last, level_of
from scipy import stats

from anops_monitoring import shares
from anops_monitoring.classes import chance_of, chances_of, likeliest
from anops_monitoring.drift import MIN_ROWS
from anops_monitoring.values import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EXAMPLES = 5


def performance_of(
    outcomes: Sequence[Any],
    outputs: Sequence[Mapping[str, Any]],
    *,
    levels: Sequence[str] = (),
    case: str | None = None,
    is_class: bool = False,
) -> dict[str, Any]:
    """Return metrics with their intervals, and how far predictions are calibrated.

    Args:
        outcomes: What came true; None where it is not known.
        outputs: What was predicted: on one scale, or probabilities of classes by their names.
        levels: All levels that outcomes have, of these rows or others.
        case: Of which of two levels a single probability is; None: of the last of `levels`.
        is_class: Whether predictions without the probability of each class are classes, even if these are numbers.

    Returns:
        `metrics` and `calibration`, or why they are `skipped`; `not_numbers` outcomes are left out of a comparison of
        numbers.
    """
    known = [(true, said) for true, said in zip(outcomes, outputs, strict=True) if true is not None]
    told: dict[str, Any] = {"rows": len(known), "kind": None, "metrics": [], "calibration": None, "skipped": None,
                            "not_numbers": 0}  # fmt: skip
    if len(known) < MIN_ROWS:
        told["skipped"] = f"{len(known)} outcomes: fewer than {MIN_ROWS} are too few"
        return told
    chances = [chances_of(said) for _, said in known]
    true = [pair[0] for pair in known]
    if any(each is not None for each in chances):
        said = [_first(pair[1]) if each is None else None for pair, each in zip(known, chances, strict=True)]
        return told | _of_named_chances(true, said, chances)
    said = [_first(pair[1]) for pair in known]
    predicted, came = numbers(said), numbers(true)
    if is_class or np.isnan(predicted).all():
        return told | _of_classes(true, said)
    there = ~np.isnan(predicted)
    is_chance = bool(predicted[there].min() >= 0 and predicted[there].max() <= 1)
    both_levels = levels or case_last(level_of(each) for each in true)
    if is_chance and len(both_levels) == 2:
        name = case or both_levels[1]
        case_here = np.array([float(level_of(each) == name) for each in true])
        return told | _of_chances(case_here[there], predicted[there], name)
    if is_chance and np.isnan(came).mean() > 0.5 and len(both_levels) > 2:
        return told | {"skipped": _too_many(both_levels)}
    return told | _numbers_of(came, predicted)


def _too_many(levels: Sequence[str]) -> str:
    named = ", ".join([*(f"`{each}`" for each in levels[:_EXAMPLES]), *(["…"] if len(levels) > _EXAMPLES else [])])
    return f"a probability is of one of two levels, and the outcomes have {len(levels)}: {named}"


def _numbers_of(came: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    both = np.isfinite(predicted) & np.isfinite(came)
    told = {"not_numbers": int((~np.isfinite(came)).sum())}
    if both.sum() < MIN_ROWS:
        return told | {"skipped": f"{int(both.sum())} rows have both a number as outcome and one as prediction"}
    return told | {"rows": int(both.sum())} | _of_numbers(came[both], predicted[both])


def _first(said: Mapping[str, Any]) -> Any:  # noqa: ANN401  whatever a model predicts
    return next(iter(said.values()), None)


def _of_named_chances(
    true: Sequence[Any], said: Sequence[Any], chances: Sequence[dict[str, float] | None]
) -> dict[str, Any]:
    """Return metrics where a row has the probability of each class, or else the class alone."""
    levels = [level_of(each) for each in true]
    classes = [level_of(name) if each is None else likeliest(each) for name, each in zip(said, chances, strict=True)]
    right = sum(_same(*pair) for pair in zip(levels, classes, strict=True))
    accuracy = _metric("accuracy", right / len(true), shares.exact_interval(right, len(true)))
    kept = [(level, each) for level, each in zip(levels, chances, strict=True) if each is not None]
    if len(kept) < MIN_ROWS:
        return {"kind": "class", "metrics": [accuracy]}
    names = case_last(kept[0][1])
    if len(names) == 2 and all(chance_of(each, names[1]) is not None for _, each in kept):
        case = np.array([float(_same(level, names[1])) for level, _ in kept])
        found = _of_chances(case, np.array([chance_of(each, names[1]) for _, each in kept]), names[1])
        return found | {"metrics": [*found["metrics"], accuracy]}
    of_true = np.array([chance_of(each, level) or 0.0 for level, each in kept])
    log_loss = _metric("log_loss", *_split(_mean(-np.log(np.clip(of_true, 1e-15, 1)))))
    best = np.array([max(each.values()) for _, each in kept])
    hit = np.array([float(_same(level, likeliest(each))) for level, each in kept])
    calibration = {"curve": _curve(hit, best)}
    return {"kind": "probability", "case": "the likeliest class", "metrics": [log_loss, accuracy],
            "calibration": calibration}  # fmt: skip


def _same(one: str, other: str) -> bool:
    return one == other or one.casefold() == other.casefold()


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
    return {"kind": "probability", "case": name, "metrics": metrics, "calibration": {"curve": _curve(case, predicted)}}


def _curve(case: np.ndarray, predicted: np.ndarray) -> list[dict[str, Any]]:
    """Return the share of cases by tenths of the predictions; rows of one prediction are in one of them."""
    edges = np.unique(np.quantile(predicted, np.arange(1, 10) / 10))
    places = np.searchsorted(edges, predicted, "left")
    return [
        {"rows": int(here.sum()), "predicted": float(predicted[here].mean()), "observed": float(case[here].mean()),
         "interval": shares.exact_interval(int(case[here].sum()), int(here.sum()))}
        for here in (places == place for place in range(len(edges) + 1)) if here.any()
    ]  # fmt: skip


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
