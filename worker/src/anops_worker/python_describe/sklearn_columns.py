"""Which columns a scikit-learn pipeline takes in, and what its fitted transformers know of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.schema import ColumnSpec

from anops_worker.estimators import TEXT_VECTORIZERS, column_parts, inner_of, names_in, steps_of
from anops_worker.libraries.finding import libraries_of
from anops_worker.python_describe.ranges import kept_ranges

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
    "MeanMedianImputer",
    "ArbitraryNumberImputer",
    "EndTailImputer",
    "CategoricalImputer",
    "RandomSampleImputer",
    "RareLabelEncoder",
}
"""Transformers whose output columns are their input columns."""


@dataclass(slots=True)
class Columns:
    """What fitted transformers know of the columns that a model takes in.

    Attributes:
        known: The specs of those that an encoder or vectorizer knows.
        ranges: The smallest and largest values of those whose first transformer or estimator keeps them.
        used: Those that are not dropped unread.
    """

    known: dict[str, ColumnSpec] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def known_columns(model: Any, names: Sequence[str]) -> Columns:  # noqa: ANN401
    """Find what a model's fitted transformers know of its columns.

    Args:
        model: A fitted estimator or transformer.
        names: The columns it takes in.
    """
    columns = Columns()
    _walk(model, list(names), columns, _Sight.RAW)
    return columns


class _Sight(IntEnum):
    """How a step sees the columns of the model: as other ones, as theirs with other values, as they are."""

    OTHER = 0
    CHANGED = 1
    RAW = 2


def _walk(model: Any, names: list[str], columns: Columns, sight: _Sight) -> _Sight:  # noqa: ANN401
    """Note what a transformer knows of its columns; return how the next step sees them."""
    if isinstance(model, str):
        columns.used.update(names if model != "drop" else ())
        return sight if model == "passthrough" else _Sight.OTHER
    if hasattr(model, "steps"):
        for step in steps_of(model):
            if sight == _Sight.OTHER:
                break
            sight = _walk(step, names, columns, sight)
        return sight
    parts = _parts(model, names)
    columns.known.update({name: ColumnSpec(type="boolean") for name in _selected_as_booleans(model, names)})
    for part, its_names in parts:
        _walk(part, its_names, columns, sight)
    if not hasattr(model, "transformers_"):
        columns.used.update(names)
    if sight == _Sight.RAW:
        columns.ranges |= kept_ranges(model, names)
    if parts:
        return _Sight.OTHER
    _note_types(model, names, columns)
    if type(model).__name__ not in _PASSING:
        return _Sight.OTHER
    keeps_values = type(model).__name__ == "SimpleImputer" and model.strategy != "constant"
    return sight if keeps_values else _Sight.CHANGED


def _note_types(model: Any, names: list[str], columns: Columns) -> None:  # noqa: ANN401
    categories = getattr(model, "categories_", None)
    if type(model).__name__ in TEXT_VECTORIZERS:
        columns.known.update({name: ColumnSpec(type="string") for name in names})
    elif isinstance(statistics := getattr(model, "statistics_", None), np.ndarray) and len(statistics) == len(names):
        # of a column of texts it would tell that there are levels, but not which
        booleans = [name for name, each in zip(names, statistics, strict=True) if isinstance(each, bool | np.bool_)]
        columns.known.update({name: ColumnSpec(type="boolean") for name in booleans})
    elif isinstance(categories, list) and len(categories) == len(names):
        columns.known.update(
            {name: spec_of_levels(levels.tolist()) for name, levels in zip(names, categories, strict=True)}
        )
    for library in libraries_of(model):
        told = library.encoded(model, names)
        columns.known.update({name: spec for name, spec in told.items() if name in names})


def _parts(model: Any, names: list[str]) -> list[tuple[Any, list[str]]]:  # noqa: ANN401
    """Return what is inside a transformer or meta-estimator, each with the columns it sees."""
    if hasattr(model, "transformers_"):
        return [(part, _selected(columns, model, names)) for _, part, columns in column_parts(model)]
    if hasattr(model, "transformer_list"):
        return [(part, names) for _, part in model.transformer_list]
    if hasattr(model, "categories_"):
        return []
    preprocessor = getattr(model, "_preprocessor", None)  # HistGradientBoosting keeps its encoder there
    if preprocessor is not None:
        return [(preprocessor, names)]
    return [(inner, names) for inner in inner_of(model)]


def _selected_as_booleans(model: Any, names: list[str]) -> list[str]:  # noqa: ANN401
    """Return the columns that a ColumnTransformer has chosen because they held booleans."""
    chosen = {name: columns for name, _, columns in column_parts(model)}
    return [
        name
        for part in (getattr(model, "transformers", None) or () if chosen else ())
        if part[0] in chosen and _wants_booleans(part[-1])
        for name in _selected(chosen[part[0]], model, names)
    ]


def _wants_booleans(selector: Any) -> bool:  # noqa: ANN401
    wanted = getattr(selector, "dtype_include", None)
    kinds = wanted if isinstance(wanted, list | tuple) else [wanted]
    return all(kind in (bool, "bool", "boolean", np.bool_) for kind in kinds)


def _selected(columns: Any, model: Any, names: list[str]) -> list[str]:  # noqa: ANN401
    own = names_in(model) or names
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, int):
        return [own[columns]]
    if isinstance(columns, slice):
        start, stop = columns.start, columns.stop
        first = own.index(start) if isinstance(start, str) else start
        last = own.index(stop) + 1 if isinstance(stop, str) else stop  # by name, the last one is meant too
        return own[first : last : columns.step]
    array = np.asarray(columns)
    if array.dtype.kind in "bi":
        return list(np.asarray(own, dtype=object)[array])
    return [str(name) for name in array]


def columns_of_dicts(vectorizer: Any) -> dict[str, ColumnSpec]:  # noqa: ANN401
    """Return the columns of the dicts that a DictVectorizer was fitted on.

    Args:
        vectorizer: It calls the level `farm` of the column `work` "work=farm", and a number by its name alone.
    """
    levels: dict[str, list[str]] = {}
    for feature in vectorizer.feature_names_:
        name, _, level = str(feature).partition(vectorizer.separator)
        levels.setdefault(name, []).extend([level] if level else [])
    return {
        name: ColumnSpec(type="category", levels=tuple(each)) if each else ColumnSpec(type="number")
        for name, each in levels.items()
    }


def spec_of_levels(levels: Sequence[Any]) -> ColumnSpec:
    """Turn the levels that a model keeps into the column they were fitted on.

    Args:
        levels: In the order of their codes; a missing one is none.
    """
    present = [level for level in levels if not _is_missing(level)]
    if present and all(isinstance(level, bool | np.bool_) for level in present):
        return ColumnSpec(type="boolean")
    if present and all(isinstance(level, int) and not isinstance(level, bool) for level in present):
        return ColumnSpec(type="integer", values=tuple(float(level) for level in present))
    if present and all(isinstance(level, int | float) for level in present):
        return ColumnSpec(type="number", values=tuple(float(level) for level in present))
    return ColumnSpec(type="category", levels=tuple(dict.fromkeys(str(level) for level in present)))


def _is_missing(level: Any) -> bool:  # noqa: ANN401  any level
    return level is None or type(level).__name__ in {"NAType", "NaTType"} or bool(level != level)  # noqa: PLR0124  NaN
