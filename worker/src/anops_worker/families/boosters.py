"""Native boosters: the response or the raw score, classes and quantiles by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.families.family import Family, split, type_option
from anops_worker.families.named_columns import NamedColumns
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_TRANSFORMED = (
    "binary", "cross_entropy", "xentropy", "count:", "poisson", "reg:gamma", "gamma", "reg:tweedie", "tweedie",
    "reg:logistic", "survival:",
)  # fmt: skip
"""How the objectives begin whose answer is not on the scale of the raw score."""


def booster_family(
    model: Any,  # noqa: ANN401  any booster
    *,
    objective: str,
    raw: str,
    quantiles: Sequence[str] = (),
) -> Family:
    """Return the family of a booster.

    Args:
        model: The booster, or an estimator of quantiles.
        objective: What it was fitted for; empty where it is no booster.
        raw: The argument of `predict` that asks for the raw score.
        quantiles: The names of the quantiles that it is for.
    """
    has_link = objective.startswith(_TRANSFORMED) and objective != "binary:logitraw"
    known = {"type": type_option(["response", "link"])} if has_link else {}
    form = form_of(model)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        if own.get("type") == "link":
            others[raw] = True
        return _named(model.predict(suited(model, data, form), **others), quantiles)

    return Family(predict, known)


def _named(answer: Any, quantiles: Sequence[str]) -> object:  # noqa: ANN401
    """Name several columns: after the quantiles, else after the classes, which boosters count from 0."""
    values = np.asarray(answer)
    if values.ndim != 2:
        return values
    names = list(quantiles) if len(quantiles) == values.shape[1] else [str(i) for i in range(values.shape[1])]
    return NamedColumns.of(values, names)
