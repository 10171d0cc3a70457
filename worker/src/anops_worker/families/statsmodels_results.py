"""Results of statsmodels: means with intervals, models of classes, and rows with gaps."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from anops_worker.families.classifiers import level_name
from anops_worker.families.family import LEVEL, SE, Family, interval_option, split, type_option
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import OptionSpec

_OBSERVATIONS = frozenset({"OLS", "WLS", "GLS", "GLSAR"})
"""Models whose `get_prediction` knows an interval of a new observation, not only of the mean."""
_LINK_ON_REQUEST = frozenset({"mean", "linear"})
_CLASSES = frozenset({"MNLogit", "OrderedModel"})


def results_of_statsmodels(results: Any) -> Family | None:  # noqa: ANN401  any object
    """Return the family of fitted results of statsmodels, else None."""
    model = getattr(results, "model", None)
    if model is None or type(results).__module__.partition(".")[0] != "statsmodels":
        return None
    return _classes(results, model) if type(model).__name__ in _CLASSES else _means(results, model)


def _means(results: Any, model: Any) -> Family:  # noqa: ANN401
    known: dict[str, OptionSpec] = {}
    if _has_link(model):
        known["type"] = type_option(["response", "link"])
    if callable(getattr(results, "get_prediction", None)):
        kinds = ["confidence", "prediction"] if type(model).__name__ in _OBSERVATIONS else ["confidence"]
        known |= {"interval": interval_option(*kinds), "level": LEVEL, "se": SE}
    form = form_of(results)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        scale = {"which": "linear"} if own.get("type") == "link" else {}
        point = _filled(data, lambda rows: results.predict(suited(results, rows, form), **scale, **others))
        interval = own.get("interval", "none")
        if interval == "none" and not own.get("se"):
            return point
        columns = {name: np.full(len(data), np.nan) for name in ("lower", "upper", "se")}
        where = np.flatnonzero(~np.isnan(point))
        if len(where):
            exact = results.get_prediction(suited(results, data.iloc[where], form), **scale)
            table = exact.summary_frame(alpha=1 - own["level"]).to_numpy()
            # statsmodels names these columns in three ways, always in this order: mean, se, limits of the mean,
            # limits of an observation
            first = 4 if interval == "prediction" else 2
            columns["se"][where] = table[:, 1]
            columns["lower"][where], columns["upper"][where] = table[:, first], table[:, first + 1]
        wanted = ["lower", "upper"] * (interval != "none") + ["se"] * bool(own["se"])
        return pd.DataFrame({"prediction": point, **{name: columns[name] for name in wanted}})

    return Family(predict, known, keeps_gaps=True)


def _has_link(model: Any) -> bool:  # noqa: ANN401
    """Say whether `predict` can be asked for the linear predictor, and that is another thing than the answer."""
    link = getattr(getattr(model, "family", None), "link", None)
    if link is not None and type(link).__name__ == "Identity":
        return False
    try:
        return "which" in inspect.signature(model.predict).parameters
    except (TypeError, ValueError):
        return False


def _classes(results: Any, model: Any) -> Family:  # noqa: ANN401
    known = {"type": type_option(["probability", "class"])}
    labels = getattr(model, "labels", None)
    if labels is None:
        codes = getattr(model, "_ynames_map", {})
        labels = [codes[code] for code in sorted(codes)]
    names = [level_name(label) for label in labels]
    form = form_of(results)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        shares = _filled(data, lambda rows: results.predict(suited(results, rows, form), **others), width=len(names))
        if own["type"] == "probability":
            return pd.DataFrame(shares, columns=names)
        gaps = np.isnan(shares).any(axis=1)
        best = np.where(gaps, -1, np.nan_to_num(shares).argmax(axis=1))
        return pd.Series(pd.Categorical.from_codes(best, categories=pd.Index(names)))

    return Family(predict, known, keeps_gaps=True)


def _filled(data: pd.DataFrame, predict: Any, *, width: int = 0) -> np.ndarray:  # noqa: ANN401  a function of rows
    """Predict the rows without gaps, and put missing predictions in the places of the others."""
    whole = ~data.isna().to_numpy().any(axis=1) if len(data.columns) else np.ones(len(data), dtype=bool)
    answer = np.full((len(data), width) if width else len(data), np.nan)
    if whole.any():
        rows = data.iloc[np.flatnonzero(whole)]
        predicted = predict(rows)
        if hasattr(predicted, "reindex"):  # rows whose transformed values are missing are left out
            predicted = predicted.reindex(rows.index)
        answer[whole] = np.asarray(predicted, dtype=np.float64)
    return answer
