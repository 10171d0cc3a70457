"""How a fitted scikit-learn estimator, or one that follows its conventions, is understood."""

from __future__ import annotations

from typing import Any

import numpy as np
from anops_model_interface.schema import ColumnSpec

from anops_model_service.estimators import inner_of, is_text, last_of, names_in, width_of
from anops_model_service.python_describe.sklearn_columns import known_columns
from anops_model_service.python_describe.understanding import Understanding, numbers, public_name

_SUMMARY_LENGTH = 160


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
    names, found.width = names_in(model), width_of(model)
    if names is None:
        found.texts = is_text(model)
        return found
    columns = known_columns(model, names)
    dropped = set(names) - columns.used
    found.inputs = {**numbers(names), **columns.known}
    found.ranges = columns.ranges
    for name in dropped:
        del found.inputs[name]
    if dropped:
        listing = ", ".join(f"`{name}`" for name in names if name in dropped)
        found.notes.append(f"Columns that the model drops unread are no inputs: {listing}.")
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
    if type(model).__module__.partition(".")[0] != "sklearn":
        return type(model).__name__
    return " ".join(repr(model).split())


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


def output_spec(levels: tuple[str, ...]) -> ColumnSpec:
    """Return the column of a classifier's answers."""
    return ColumnSpec(type="category", levels=levels)
