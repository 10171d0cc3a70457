"""What the boosters of lightgbm and xgboost know of their columns."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

from anops_worker.category_levels import category_levels
from anops_worker.estimators import catboost_categories, searched
from anops_worker.model_data import number_levels
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_worker.python_describe.understanding import Understanding


def learn_from_booster(model: Any, found: Understanding) -> None:  # noqa: ANN401  any object
    """Add what a booster, or an estimator around one, knows of categories.

    Args:
        model: The fitted object.
        found: What is known so far; its inputs are changed in place.
    """
    model = searched(model)
    library = type(model).__module__.partition(".")[0]
    if found.inputs is None or library not in {"lightgbm", "xgboost", "catboost"}:
        return
    if library == "catboost":
        categories = [name for name in catboost_categories(model) if name in found.inputs]
        found.inputs.update({name: ColumnSpec(type="string") for name in categories})
        _note_unknown_levels(categories, found)
        return
    known = {name: spec_of_levels(levels) for name, levels in category_levels(model).items()}
    found.inputs.update({name: spec for name, spec in known.items() if name in found.inputs})
    found.certain |= known.keys()
    if library == "lightgbm":
        # levels that are numbers are found by the name that it has itself
        found.blanks = frozenset(found.inputs) - number_levels(model).keys()
        found.ranges |= _lightgbm_ranges(getattr(model, "booster_", model))
        return
    booster = model.get_booster() if hasattr(model, "get_booster") else model
    types = dict(zip(booster.feature_names or [], booster.feature_types or [], strict=False))
    categories = [name for name, kind in types.items() if kind == "c" and name not in known]
    booleans = [name for name, kind in types.items() if kind == "i" and name in found.inputs]
    found.inputs.update({name: ColumnSpec(type="boolean") for name in booleans})
    found.certain |= {name for name, kind in types.items() if kind in {"i", "int", "float"}}
    _note_unknown_levels(categories, found)


def _note_unknown_levels(categories: Sequence[str], found: Understanding) -> None:
    if categories:
        listing = ", ".join(f"`{name}`" for name in categories)
        found.notes.append(f"Categories whose levels come from example rows (--data): {listing}.")


def _lightgbm_ranges(booster: Any) -> dict[str, tuple[float, float]]:  # noqa: ANN401
    """Return the ranges of the numbers, which lightgbm keeps with its model."""
    infos = booster.dump_model(num_iteration=1).get("feature_infos", {})
    # lightgbm writes them with a digit too few, so that the ends themselves could fall outside
    return {
        name: (_rounded(info["min_value"], ROUND_FLOOR), _rounded(info["max_value"], ROUND_CEILING))
        for name, info in infos.items()
        if not info.get("values") and info.get("min_value") is not None
    }


def _rounded(end: float, direction: str) -> float:
    return float(Context(prec=12, rounding=direction).create_decimal(repr(float(end))))
