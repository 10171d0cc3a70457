"""Which columns a scikit-learn pipeline takes in, and what its fitted transformers know of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import ColumnSpec

from anops_model_service.estimators import TEXT_VECTORIZERS, inner_of, names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    if type(model).__name__ in TEXT_VECTORIZERS:
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
