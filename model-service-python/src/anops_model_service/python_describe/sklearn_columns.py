"""Which columns a scikit-learn pipeline takes in, and what its fitted transformers know of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PASSING = {
    "SimpleImputer",
    "KNNImputer",
    "IterativeImputer",
    "StandardScaler",
    "MinMaxScaler",
    "MaxAbsScaler",
    "RobustScaler",
    "PowerTransformer",
    "QuantileTransformer",
}
"""Transformers whose output columns are their input columns."""

_TEXT = {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}
_INNER = ("best_estimator_", "regressor_", "estimator_", "estimator")
_INNER_LISTS = ("calibrated_classifiers_", "estimators_")


def inner_of(model: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield what a meta-estimator wraps and hands its own columns to: the fitted object first."""
    for name in _INNER:
        inner = getattr(model, name, None)
        if inner is not None and hasattr(inner, "get_params"):
            yield inner
            return
    for name in _INNER_LISTS:
        inner = getattr(model, name, None)
        if isinstance(inner, list | np.ndarray) and len(inner):
            for one in inner:
                estimator = one[1] if isinstance(one, tuple) else one
                yield getattr(estimator, "estimator", estimator) if name == _INNER_LISTS[0] else estimator
            return


def names_in(model: Any) -> list[str] | None:  # noqa: ANN401
    """Return the names of the columns a model was fitted on, from itself or from what it wraps."""
    names = getattr(model, "feature_names_in_", None)
    if names is not None:
        return [str(name) for name in names]
    for inner in inner_of(model):
        return names_in(inner)
    steps = getattr(model, "steps", None)
    return names_in(steps[0][1]) if steps and not isinstance(steps[0][1], str) else None


def width_of(model: Any) -> int | None:  # noqa: ANN401
    """Return how many columns a model was fitted on, from itself or from what it wraps."""
    width = getattr(model, "n_features_in_", None)
    if width is not None:
        return int(width)
    for inner in inner_of(model):
        return width_of(inner)
    return None


def is_text(model: Any) -> bool:  # noqa: ANN401
    """Say whether a model takes one sequence of texts: a vectorizer comes first in it."""
    if type(model).__name__ in _TEXT:
        return True
    steps = getattr(model, "steps", None)
    if steps:
        return is_text(steps[0][1])
    union = getattr(model, "transformer_list", None)
    if union:
        return is_text(union[0][1])
    return any(is_text(inner) for inner in inner_of(model))


def known_columns(model: Any, names: Sequence[str]) -> tuple[dict[str, ColumnSpec], set[str]]:  # noqa: ANN401
    """Find what a model's fitted transformers know of its columns.

    Args:
        model: A fitted estimator or transformer.
        names: The columns it takes in.

    Returns:
        The specs of the columns that an encoder or vectorizer knows, and the names that are dropped unread.
    """
    known: dict[str, ColumnSpec] = {}
    used: set[str] = set()
    _walk(model, list(names), known, used)
    return known, set(names) - used


def _walk(model: Any, names: list[str], known: dict[str, ColumnSpec], used: set[str]) -> bool:  # noqa: ANN401
    """Note what a transformer knows of its columns; return whether the next step sees the same columns."""
    if isinstance(model, str):
        used.update(names if model != "drop" else ())
        return model == "passthrough"
    if hasattr(model, "steps"):
        return all(_walk(step, names, known, used) for _, step in model.steps)
    parts = _parts(model, names)
    for part, its_names in parts:
        _walk(part, its_names, known, used)
    if not hasattr(model, "transformers_"):
        used.update(names)
    if parts:
        return False
    categories = getattr(model, "categories_", None)
    if type(model).__name__ in _TEXT:
        known.update({name: ColumnSpec(type="string") for name in names})
    elif isinstance(categories, list) and len(categories) == len(names):
        known.update({name: _encoded(levels) for name, levels in zip(names, categories, strict=True)})
    return type(model).__name__ in _PASSING


def _parts(model: Any, names: list[str]) -> list[tuple[Any, list[str]]]:  # noqa: ANN401
    """Return what is inside a transformer or meta-estimator, each with the columns it sees."""
    if hasattr(model, "transformers_"):
        return [(part, _selected(columns, model, names)) for _, part, columns in model.transformers_]
    if hasattr(model, "transformer_list"):
        return [(part, names) for _, part in model.transformer_list]
    if hasattr(model, "categories_"):
        return []
    preprocessor = getattr(model, "_preprocessor", None)  # HistGradientBoosting keeps its encoder there
    if preprocessor is not None:
        return [(preprocessor, names)]
    return [(inner, names) for inner in inner_of(model)]


def _selected(columns: Any, model: Any, names: list[str]) -> list[str]:  # noqa: ANN401
    own = names_in(model) or names
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, int):
        return [own[columns]]
    if isinstance(columns, slice):
        index = pd.Index(own)
        by_name = isinstance(columns.start, str) or isinstance(columns.stop, str)
        chosen = index.slice_indexer(columns.start, columns.stop, columns.step) if by_name else columns
        return list(index[chosen])
    array = np.asarray(columns)
    if array.dtype.kind in "bi":
        return list(np.asarray(own, dtype=object)[array])
    return [str(name) for name in array]


def _encoded(levels: np.ndarray) -> ColumnSpec:
    """Turn the categories of an encoder into the column they were fitted on."""
    present = [level for level in levels.tolist() if not pd.isna(level)]
    if present and all(isinstance(level, bool) for level in present):
        return ColumnSpec(type="boolean")
    if present and all(isinstance(level, int) and not isinstance(level, bool) for level in present):
        return ColumnSpec(type="integer", values=tuple(float(level) for level in present))
    if present and all(isinstance(level, int | float) for level in present):
        return ColumnSpec(type="number", values=tuple(float(level) for level in present))
    return ColumnSpec(type="category", levels=tuple(dict.fromkeys(str(level) for level in present)))
