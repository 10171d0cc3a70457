"""Models of lightgbm: categories, ranges, and names that have lost their blanks."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import TYPE_CHECKING, Any

from anops_worker.families.boosters import booster_family
from anops_worker.libraries.library import Levels, Library
from anops_worker.number_categories import CATEGORIES, number_levels
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_worker.families.family import Family
    from anops_worker.form import Form
    from anops_worker.python_describe.understanding import Understanding


class LightGBM(Library):
    """What is known of lightgbm."""

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any model of lightgbm
        """Return the family of a booster; see `Library`."""
        if type(model).__name__ != "Booster":
            return None
        objective = str(model.dump_model(num_iteration=1).get("objective", ""))
        return booster_family(model, objective=objective, raw="raw_score")

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`."""
        return CATEGORIES if number_levels(model) else None

    def category_levels(self, model: Any) -> Levels:  # noqa: ANN401  the same
        """Match the levels, which it keeps without names, to columns; see `Library`.

        Those whose splits are by category say so. An ordered category is split like the number that its code is; it is
        told from other numbers where no more columns hold such codes than there are levels left.
        """
        booster = getattr(model, "booster_", model)
        kept = getattr(booster, "pandas_categorical", None) or []
        infos = booster.dump_model(num_iteration=1).get("feature_infos", {}) if kept else {}
        names = [name for name, info in infos.items() if info.get("values")]
        if len(names) < len(kept):
            most = max(len(levels) for levels in kept)
            names = [name for name, info in infos.items() if info.get("values") or _may_be_codes(info, most)]
        return {} if len(names) != len(kept) else {name: tuple(each) for name, each in zip(names, kept, strict=True)}

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  the same
        """Add its categories, and the ranges of its numbers; see `Library`."""
        if found.inputs is None:
            return
        known = {name: spec_of_levels(levels) for name, levels in self.category_levels(model).items()}
        found.inputs.update({name: spec for name, spec in known.items() if name in found.inputs})
        found.certain |= known.keys()
        # levels that are numbers are found by the name that it has itself
        found.blanks = frozenset(found.inputs) - number_levels(model).keys()
        found.ranges |= _ranges(getattr(model, "booster_", model))


def _may_be_codes(info: Mapping[str, Any], most: int) -> bool:
    low, high = info.get("min_value"), info.get("max_value")
    return low is not None and high is not None and low >= 0 and high < most and float(high).is_integer()


def _ranges(booster: Any) -> dict[str, tuple[float, float]]:  # noqa: ANN401
    """Return the ranges of the numbers, which it keeps with its model."""
    infos = booster.dump_model(num_iteration=1).get("feature_infos", {})
    # it writes them with a digit too few, so that the ends themselves could fall outside
    return {
        name: (_rounded(info["min_value"], ROUND_FLOOR), _rounded(info["max_value"], ROUND_CEILING))
        for name, info in infos.items()
        if not info.get("values") and info.get("min_value") is not None
    }


def _rounded(end: float, direction: str) -> float:
    return float(Context(prec=12, rounding=direction).create_decimal(repr(float(end))))
