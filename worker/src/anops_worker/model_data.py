"""Hands rows to a fitted object's own `predict` in the form it was fitted on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from anops_worker.category_levels import category_levels
from anops_worker.estimators import (
    catboost_categories,
    dict_vectorizer,
    is_text,
    marks_missing_with_none,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

Form = Literal["frame", "array", "texts", "records", "matrix", "constant", "nones", "categories", "codes"]

_CODE: dict[Form, str] = {
    "array": "data = data.to_numpy()  # fitted on an array",
    "texts": "data = data.iloc[:, 0]  # fitted on a sequence of texts",
    "matrix": "import xgboost\n\ndata = xgboost.DMatrix(data, enable_categorical=True)",
    "nones": 'texts = data.select_dtypes(["object", "category"]).astype(object)\n'
    "data = data.assign(**texts.where(texts.notna(), None))  # fitted with None for missing texts",
    "records": 'data = data.to_dict("records")  # fitted on dicts',
    "categories": "levels = {levels}\n"
    "data = data.assign(**{{name: pd.Categorical(data[name], categories=levels[name]) for name in levels}})",
    "codes": "codes = data[{codes}].select_dtypes(float)\n"
    "data = data.assign(**codes.astype(int))  # catboost takes no floats for categories",
    "constant": "data = data.assign(const=1.0)[{names}]  # fitted with a constant",
}


def form_of(model: Any) -> Form:  # noqa: ANN401  any model
    """Tell the form in which an object's own `predict` takes its rows.

    Args:
        model: The fitted object.

    Returns:
        "frame" for most; "array" for an estimator that was fitted on arrays; "texts" for one that starts with
        a text vectorizer; "matrix" for an xgboost booster; "constant" for a statsmodels model that was fitted
        on an array or frame with a constant column; "nones" for an estimator to which only None is missing text;
        "records" for one that takes dicts; "categories" for a booster to which some numbers are categories; "codes"
        for one of catboost, which takes these as integers.
    """
    own = _form_of_library(model)
    if own is not None or not hasattr(model, "get_params"):
        return own or "frame"
    if names_in(model) is not None:
        return "nones" if marks_missing_with_none(model) else "frame"
    if is_text(model):
        return "texts"
    if dict_vectorizer(model) is not None:
        return "records"
    return "array" if _starts_in_a_library(model) else "frame"


def _form_of_library(model: Any) -> Form | None:  # noqa: ANN401
    """Tell the form where a library other than scikit-learn has one of its own."""
    home = type(model).__module__.partition(".")[0]
    if home == "statsmodels":
        return "constant" if "const" in exog_names(model) else "frame"
    if home == "xgboost" and type(model).__name__ == "Booster":
        return "matrix"
    if home == "catboost":
        return "codes" if catboost_categories(model) and names_in(model) is not None else None
    return "categories" if number_levels(model) else None


def suited(model: Any, data: pd.DataFrame, form: Form | None = None) -> Any:  # noqa: ANN401  any model; a frame, an array, a series
    """Bring rows into the form that an object's own `predict` takes; see `form_of`.

    Args:
        model: The fitted object.
        data: The rows, in the schema's columns; an array of them will do where the form is one.
        form: What `form_of` says, where that is known already.
    """
    return _SUITED[form or form_of(model)](model, data)


def _nones(_: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    texts = data.select_dtypes(["object", "category"]).astype(object)
    return data.assign(**texts.where(texts.notna(), None))


def _matrix(model: Any, data: pd.DataFrame) -> Any:  # noqa: ANN401
    import xgboost  # noqa: PLC0415  there, since the model is

    return xgboost.DMatrix(_categorised(model, data), enable_categorical=True)


def number_levels(model: Any) -> dict[str, tuple[Any, ...]]:  # noqa: ANN401
    """Return the levels of categories that are not text: those of text have the right dtype already."""
    levels = category_levels(model)
    return {name: each for name, each in levels.items() if not all(isinstance(level, str) for level in each)}


def _categorised(model: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    levels = number_levels(model)
    if not levels:
        return data
    import pandas as pd  # noqa: PLC0415  most models need none of it here

    known = {name: each for name, each in levels.items() if name in data}
    return data.assign(**{name: pd.Categorical(data[name], categories=list(each)) for name, each in known.items()})


def _coded(model: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    return data.assign(**data[catboost_categories(model)].select_dtypes(float).astype(int))


_SUITED: Mapping[Form, Callable[[Any, pd.DataFrame], Any]] = {
    "frame": lambda _, data: data,
    "array": lambda _, data: np.asarray(data),
    "texts": lambda _, data: data.iloc[:, 0],
    "records": lambda _, data: data.to_dict("records"),
    "matrix": _matrix,
    "constant": lambda model, data: data.assign(const=1.0)[exog_names(model)],
    "nones": _nones,
    "categories": _categorised,
    "codes": _coded,
}


def suiting_code(model: Any) -> str | None:  # noqa: ANN401
    """Return the Python that does what `suited` does, or None where nothing is to be done."""
    form, levels = form_of(model), number_levels(model)
    parts: list[Form] = ["categories", form] if form == "matrix" and levels else [form]
    code = "\n".join(_CODE[part] for part in parts if part in _CODE)
    if not code:
        return None
    return code.format(
        names=json.dumps(exog_names(model), ensure_ascii=False),
        levels={name: list(each) for name, each in levels.items()},
        codes=json.dumps(catboost_categories(model), ensure_ascii=False),
    )


def exog_names(results: Any) -> list[str]:  # noqa: ANN401
    """Return the columns of a statsmodels model that was fitted on arrays: parameters that go with none come last.

    `remove_data()` takes the names too, unless something like `summary()` has asked for them before: then they are
    numbered, but for the constant, whose place is known.
    """
    model = getattr(results, "model", None)
    if getattr(model, "formula", None) is not None:
        return []
    names = [str(name) for name in getattr(model, "exog_names", None) or []]
    names = names[int(getattr(model, "k_inflate", 0)) :]  # of a zero-inflated model, the chance of a zero comes first
    exog = getattr(model, "exog", None)
    if exog is not None:
        return names[: exog.shape[1] if exog.ndim == 2 else 1]
    width = len(names or getattr(results, "params", [])) - int(getattr(model, "k_extra", 0))
    constant = getattr(getattr(model, "data", None), "const_idx", None)
    return names[:width] or ["const" if i == constant else f"x{i + 1}" for i in range(width)]


def formula_spec(model: Any) -> Any:  # noqa: ANN401
    """Return what statsmodels keeps of a parsed formula; None where there is none. Before 0.15 it had another name."""
    data = getattr(model, "data", None)
    return getattr(data, "model_spec", None) or getattr(data, "design_info", None)


def _starts_in_a_library(model: Any) -> bool:  # noqa: ANN401
    """Say whether the part that sees the rows first warns of names that it was not fitted on."""
    while getattr(model, "steps", None):
        model = model.steps[0][1]
    return type(model).__module__.partition(".")[0] in {"sklearn", "xgboost", "lightgbm", "catboost"}
