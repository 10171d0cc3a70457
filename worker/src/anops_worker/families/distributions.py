"""Regressors that know a spread or quantiles by themselves: Gaussian processes, Bayesian ridges, quantile forests."""

from __future__ import annotations

import inspect
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.estimators import last_of, searched
from anops_worker.families.family import LEVEL, QUANTILES, SE, Family, interval_option, quantile_name, split
from anops_worker.families.named_columns import beside
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

_GAUSSIAN = {"interval": interval_option("prediction"), "level": LEVEL, "se": SE, "quantiles": QUANTILES}
_FOREST = {"interval": interval_option("prediction"), "level": LEVEL, "quantiles": QUANTILES}


def with_spread(model: Any) -> Family | None:  # noqa: ANN401  any object
    """Return the family of a regressor whose `predict` takes `return_std` or `quantiles`, else None."""
    inner, taken = searched(model), _arguments(last_of(model))
    form = form_of(model)
    if "return_std" in taken:
        return Family(
            _gaussian(lambda data: inner.predict(suited(model, data, form), return_std=True)),
            _GAUSSIAN,
            notes=("se is the standard deviation of the predictive distribution, as return_std gives it.",),
        )
    if "quantiles" in taken:
        return quantile_family(lambda data, **asked: inner.predict(suited(model, data, form), **asked))
    return None


def quantile_family(ask: Callable[..., Any]) -> Family:
    """Return the family of a regressor that can be asked for quantiles.

    Args:
        ask: Takes rows, and with `quantiles` a list of shares: then it answers a column for each.
    """
    return Family(_forest(ask), _FOREST)


def _arguments(model: Any) -> frozenset[str]:  # noqa: ANN401
    try:
        return frozenset(inspect.signature(model.predict).parameters)
    except (AttributeError, TypeError, ValueError):
        return frozenset()


def _gaussian(distribution: Callable[[pd.DataFrame], Any]) -> Callable[[pd.DataFrame, Mapping[str, Any]], object]:
    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, _ = split(options, _GAUSSIAN)
        mean, spread = (np.asarray(values) for values in distribution(data))
        columns = {"prediction": mean}
        if own["interval"] != "none":
            half = NormalDist().inv_cdf((1 + own["level"]) / 2) * spread
            columns |= {"lower": mean - half, "upper": mean + half}
        if own["se"]:
            columns["se"] = spread
        for share in own["quantiles"] or ():
            columns[quantile_name(share)] = mean + _normal_quantile(share) * spread
        return beside(columns)

    return predict


def _normal_quantile(share: float) -> float:
    return NormalDist().inv_cdf(share) if 0 < share < 1 else np.inf * (1 if share else -1)


def _forest(ask: Callable[..., Any]) -> Callable[[pd.DataFrame, Mapping[str, Any]], object]:
    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, _FOREST)
        columns = {"prediction": np.asarray(ask(data, **others))}
        tail = (1 - own["level"]) / 2
        shares = {"lower": tail, "upper": 1 - tail} if own["interval"] != "none" else {}
        shares |= {quantile_name(share): share for share in own["quantiles"] or ()}
        if shares:
            answer = np.asarray(ask(data, quantiles=list(shares.values())))
            answer = answer.reshape(*columns["prediction"].shape, len(shares))
            columns |= {name: answer[..., i] for i, name in enumerate(shares)}
        return beside(columns)

    return predict
