"""Native boosters of xgboost and lightgbm: the response or the raw score, classes and quantiles by their names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from anops_worker.families.family import Family, quantile_name, split, type_option
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TRANSFORMED = (
    "binary", "cross_entropy", "xentropy", "count:", "poisson", "reg:gamma", "gamma", "reg:tweedie", "tweedie",
    "reg:logistic", "survival:",
)  # fmt: skip
"""How the objectives begin whose answer is not on the scale of the raw score."""
_RAW = {"xgboost": "output_margin", "lightgbm": "raw_score"}


def booster(model: Any) -> Family | None:  # noqa: ANN401  any object
    """Return the family of a booster, or of an xgboost regressor for quantiles; else None."""
    library, kind = type(model).__module__.partition(".")[0], type(model).__name__
    if library not in _RAW or (kind != "Booster" and not hasattr(model, "get_booster")):
        return None
    objective, names = _objective(model, library)
    if kind != "Booster" and not names:
        return None
    has_link = kind == "Booster" and objective.startswith(_TRANSFORMED) and objective != "binary:logitraw"
    known = {"type": type_option(["response", "link"])} if has_link else {}
    form = form_of(model)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        if own.get("type") == "link":
            others[_RAW[library]] = True
        return _named(model.predict(suited(model, data, form), **others), names)

    return Family(predict, known)


def _objective(model: Any, library: str) -> tuple[str, list[str]]:  # noqa: ANN401
    """Return a booster's objective, and the names of the quantiles that it is for."""
    if library == "lightgbm":
        return str(model.dump_model(num_iteration=1).get("objective", "")), []
    inner = model.get_booster() if hasattr(model, "get_booster") else model
    objective = json.loads(inner.save_config())["learner"]["objective"]
    shares = objective.get("quantile_loss_param", {}).get("quantile_alpha", "")
    return str(objective["name"]), [quantile_name(float(share)) for share in shares.strip("[()]").split(",") if share]


def _named(answer: Any, quantiles: Sequence[str]) -> object:  # noqa: ANN401
    """Name several columns: after the quantiles, else after the classes, which boosters count from 0."""
    values = np.asarray(answer)
    if values.ndim != 2:
        return values
    names = list(quantiles) if len(quantiles) == values.shape[1] else [str(i) for i in range(values.shape[1])]
    return pd.DataFrame(values, columns=names)
