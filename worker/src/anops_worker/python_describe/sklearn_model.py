"""How a fitted scikit-learn estimator, or one that follows its conventions, is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.estimators import dict_vectorizer, inner_of, is_text, last_of, names_in, width_of
from anops_worker.libraries.finding import library_says
from anops_worker.pandas_here import has_pandas
from anops_worker.python_describe.ranges import kept_rows
from anops_worker.python_describe.sklearn_columns import columns_of_dicts, known_columns
from anops_worker.python_describe.understanding import (
    Understanding,
    holds_data,
    numbers,
    public_name,
    stand_ins,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import ColumnType

_SUMMARY_LENGTH = 160
_ANSWERS: Mapping[str, ColumnType] = {"b": "boolean", "i": "integer", "u": "integer"}
"""What a classifier answers, by the kind of NumPy's dtype of its classes."""


def understand_sklearn(model: Any) -> Understanding | None:  # noqa: ANN401  any object
    """Understand an estimator with `fit` and `get_params`.

    Args:
        model: The fitted object.

    Returns:
        What it says, or None where it is no such estimator.
    """
    if not (hasattr(model, "get_params") and hasattr(model, "fit")):
        return None
    found = Understanding(public_name(type(model)), summary_of(model), levels=_class_levels(model))
    share = _quantile(last_of(model))
    if share is not None:
        found.notes.append(f"The prediction is the {share:g} quantile, as it was fitted.")
    found.answer = _class_type(model)
    vectorizer = dict_vectorizer(model)
    if vectorizer is not None:
        found.inputs = columns_of_dicts(vectorizer)
        found.certain = frozenset(found.inputs)
        return found
    names, found.width = names_in(model), width_of(model)
    if names is None:
        found.texts = is_text(model)
        if found.width is not None:
            columns = known_columns(model, stand_ins(found.width))
            found.known, found.ranges = columns.known, columns.ranges
            _keep_rows(model, stand_ins(found.width), found)
        return found
    _keep_rows(model, names, found)
    columns = known_columns(model, names)
    dropped = set(names) - columns.used
    found.inputs = {**numbers(names), **columns.known}
    found.ranges = columns.ranges
    for name in dropped:
        del found.inputs[name]
    if dropped:
        listing = ", ".join(f"`{name}`" for name in names if name in dropped)
        found.notes.append(f"Columns that the model drops unread are not inputs: {listing}.")
    found.certain = frozenset(columns.known)
    return found


def summary_of(model: Any) -> str:  # noqa: ANN401
    """Describe an estimator in one line: its steps and the parameters that are not defaults."""
    steps = getattr(model, "steps", None)
    if steps:
        text = " → ".join(_short(step) for _, step in steps)
    elif hasattr(model, "best_estimator_"):
        text = f"{type(model).__name__}, best: {summary_of(next(inner_of(model)))}"
    else:
        text = _short(model)
    return text if len(text) <= _SUMMARY_LENGTH else text[: _SUMMARY_LENGTH - 1] + "…"


def _short(model: Any) -> str:  # noqa: ANN401
    if hasattr(model, "transformers") or hasattr(model, "estimators"):
        parts = getattr(model, "transformers", None) or model.estimators
        if isinstance(parts, list) and all(isinstance(part, tuple) for part in parts):
            inside = ", ".join(part[1] if isinstance(part[1], str) else type(part[1]).__name__ for part in parts)
            return f"{type(model).__name__}({inside})"
    said: str | None = library_says(model, lambda library: library.summary(model))
    return said or type(model).__name__


def _quantile(model: Any) -> float | None:  # noqa: ANN401
    """Return the quantile that a regressor was fitted for."""
    if type(model).__name__ == "QuantileRegressor" or getattr(model, "loss", "") == "quantile":
        share = getattr(model, "quantile", None)
        return getattr(model, "alpha", None) if share is None else share
    return None


def _class_levels(model: Any) -> tuple[str, ...] | None:  # noqa: ANN401
    classes = getattr(model, "classes_", None)
    if not isinstance(classes, np.ndarray) or classes.ndim != 1 or classes.dtype.kind not in "UO":
        return None
    if not all(isinstance(level, str) for level in classes.tolist()):
        return None
    return tuple(classes.tolist())


def _class_type(model: Any) -> ColumnType:  # noqa: ANN401
    classes = getattr(model, "classes_", None)
    kind = classes.dtype.kind if isinstance(classes, np.ndarray) else "f"
    return _ANSWERS.get(kind, "number")


def _keep_rows(model: Any, names: list[str], found: Understanding) -> None:  # noqa: ANN401
    """Take the rows that the method itself keeps, as nearest neighbours and Gaussian processes do."""
    rows = kept_rows(model)
    if rows is not None and rows.shape[1] == len(names) and has_pandas():
        import pandas as pd  # noqa: PLC0415  there are environments without it

        found.data, found.converted = pd.DataFrame(rows, columns=names), True
        found.notes.append(holds_data(len(rows)))
