"""Which columns a booster was fitted on as pandas categories, and with which levels."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_worker.estimators import searched

if TYPE_CHECKING:
    from collections.abc import Mapping

Levels = dict[str, tuple[Any, ...]]

_latest: list[tuple[object, Levels]] = []
"""The object that was asked for last: a worker has one model, and asks it with each prediction."""


def category_levels(model: Any) -> Levels:  # noqa: ANN401  any object
    """Return the levels that a booster of lightgbm or xgboost keeps of its categories, by column.

    Args:
        model: The fitted object: a booster, an estimator around one, or a search for one.

    Returns:
        The levels in the order of their codes; empty where it has no categories, or does not keep their levels.
    """
    if _latest and _latest[0][0] is model:
        return _latest[0][1]
    found = _levels_of(searched(model))
    _latest[:] = [(model, found)]
    return found


def _levels_of(model: Any) -> Levels:  # noqa: ANN401
    library = type(model).__module__.partition(".")[0]
    if library == "lightgbm":
        return _of_lightgbm(getattr(model, "booster_", model))
    if library == "xgboost":
        return _of_xgboost(model.get_booster() if hasattr(model, "get_booster") else model)
    return {}


def _of_lightgbm(booster: Any) -> Levels:  # noqa: ANN401
    """Match the levels, which lightgbm keeps without names, to columns.

    Those whose splits are by category say so. An ordered category is split like the number that its code is; it is
    told from other numbers where no more columns hold such codes than there are levels left.
    """
    kept = getattr(booster, "pandas_categorical", None) or []
    infos = booster.dump_model(num_iteration=1).get("feature_infos", {}) if kept else {}
    names = [name for name, info in infos.items() if info.get("values")]
    if len(names) < len(kept):
        most = max(len(levels) for levels in kept)
        names = [name for name, info in infos.items() if info.get("values") or _may_be_codes(info, most)]
    return {} if len(names) != len(kept) else {name: tuple(each) for name, each in zip(names, kept, strict=True)}


def _may_be_codes(info: Mapping[str, Any], most: int) -> bool:
    low, high = info.get("min_value"), info.get("max_value")
    return low is not None and high is not None and low >= 0 and high < most and float(high).is_integer()


def _of_xgboost(booster: Any) -> Levels:  # noqa: ANN401
    """Ask the booster; before 3.1 it kept the codes alone, and it answers by way of pyarrow."""
    if "c" not in (booster.feature_types or []):
        return {}
    with suppress(AttributeError, ImportError, ValueError):
        kept = booster.get_categories(export_to_arrow=True).to_arrow() or []
        return {name: tuple(levels.to_pylist()) for name, levels in kept if levels is not None}
    return {}
