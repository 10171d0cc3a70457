"""Hands rows to a fitted object's own `predict` in the form it was fitted on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from anops_model_service.estimators import is_text, marks_missing_with_none, names_in

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["frame", "array", "texts", "matrix", "constant", "nones"]

_CODE: dict[Form, str] = {
    "array": "data = data.to_numpy()  # fitted on an array",
    "texts": "data = data.iloc[:, 0]  # fitted on a sequence of texts",
    "matrix": "import xgboost\n\ndata = xgboost.DMatrix(data, enable_categorical=True)",
    "nones": 'texts = data.select_dtypes(["object", "category"]).astype(object)\n'
    "data = data.assign(**texts.where(texts.notna(), None))  # fitted with None for missing texts",
    "constant": "data = data.assign(const=1.0)[{names}]  # fitted with a constant",
}


def form_of(model: Any) -> Form:  # noqa: ANN401  any model
    """Tell the form in which an object's own `predict` takes its rows.

    Args:
        model: The fitted object.

    Returns:
        "frame" for most; "array" for an estimator that was fitted on arrays; "texts" for one that starts with
        a text vectorizer; "matrix" for an xgboost booster; "constant" for a statsmodels model that was fitted
        on an array or frame with a constant column; "nones" for an estimator to which only None is missing text.
    """
    home = type(model).__module__.partition(".")[0]
    if home == "statsmodels":
        return "constant" if "const" in _exog_names(model) else "frame"
    if home == "xgboost" and type(model).__name__ == "Booster":
        return "matrix"
    if not hasattr(model, "get_params"):
        return "frame"
    if names_in(model) is not None:
        return "nones" if marks_missing_with_none(model) else "frame"
    if is_text(model):
        return "texts"
    return "array" if _starts_in_a_library(model) else "frame"


def suited(model: Any, data: pd.DataFrame, form: Form | None = None) -> Any:  # noqa: ANN401  any model; a frame, an array, a series
    """Bring rows into the form that an object's own `predict` takes; see `form_of`.

    Args:
        model: The fitted object.
        data: The rows, in the schema's columns.
        form: What `form_of` says, where that is known already.
    """
    form = form or form_of(model)
    if form == "array":
        return data.to_numpy()
    if form == "texts":
        return data.iloc[:, 0]
    if form == "nones":
        texts = data.select_dtypes(["object", "category"]).astype(object)
        return data.assign(**texts.where(texts.notna(), None))
    if form == "constant":
        return data.assign(const=1.0)[_exog_names(model)]
    if form == "matrix":
        import xgboost  # noqa: PLC0415  there, since the model is

        return xgboost.DMatrix(data, enable_categorical=True)
    return data


def suiting_code(model: Any) -> str | None:  # noqa: ANN401
    """Return the Python that does what `suited` does, or None where nothing is to be done."""
    line = _CODE.get(form_of(model))
    return line.format(names=json.dumps(_exog_names(model), ensure_ascii=False)) if line else None


def _exog_names(results: Any) -> list[str]:  # noqa: ANN401
    """Return the columns of a statsmodels model that was fitted on arrays."""
    model = getattr(results, "model", None)
    if getattr(model, "formula", None) is not None:
        return []
    return [str(name) for name in getattr(model, "exog_names", None) or []]


def _starts_in_a_library(model: Any) -> bool:  # noqa: ANN401
    """Say whether the part that sees the rows first warns of names that it was not fitted on."""
    while getattr(model, "steps", None):
        model = model.steps[0][1]
    return type(model).__module__.partition(".")[0] in {"sklearn", "xgboost", "lightgbm"}
