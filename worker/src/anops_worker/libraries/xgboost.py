"""Models of xgboost: its matrix, its categories and types, and the quantiles of its objectives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

from anops_worker.families.boosters import booster_family
from anops_worker.families.family import quantile_name
from anops_worker.form import Form
from anops_worker.libraries.library import Levels, Library
from anops_worker.libraries.xgboost_levels import kept_levels
from anops_worker.number_categories import CATEGORIES, categorised, categorising_code, number_levels
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from anops_worker.families.family import Family
    from anops_worker.python_describe.understanding import Understanding


class XGBoost(Library):
    """What is known of xgboost."""

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any model of xgboost
        """Return the family of a booster, or of a regressor for quantiles; see `Library`."""
        is_booster = type(model).__name__ == "Booster"
        if not is_booster and not hasattr(model, "get_booster"):
            return None
        objective, quantiles = _objective(_booster(model))
        if not is_booster and not quantiles:
            return None
        return booster_family(
            model, objective=objective if is_booster else "", raw="output_margin", quantiles=quantiles
        )

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`."""
        if type(model).__name__ == "Booster":
            return _MATRIX
        return CATEGORIES if number_levels(model) else None

    def category_levels(self, model: Any) -> Levels:  # noqa: ANN401  the same
        """Read what the booster keeps; before 3.1 that was the codes alone. See `Library`."""
        booster = _booster(model)
        if "c" not in (booster.feature_types or []):
            return {}
        names = booster.feature_names or []
        return {name: levels for name, levels in zip(names, kept_levels(booster), strict=False) if levels}

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  the same
        """Add its categories and booleans; see `Library`."""
        if found.inputs is None:
            return
        known = {name: spec_of_levels(levels) for name, levels in self.category_levels(model).items()}
        found.inputs.update({name: spec for name, spec in known.items() if name in found.inputs})
        found.certain |= known.keys()
        booster = _booster(model)
        types = dict(zip(booster.feature_names or [], booster.feature_types or [], strict=False))
        categories = [name for name, kind in types.items() if kind == "c" and name not in known]
        booleans = [name for name, kind in types.items() if kind == "i" and name in found.inputs]
        found.inputs.update({name: ColumnSpec(type="boolean") for name in booleans})
        found.certain |= {name for name, kind in types.items() if kind in {"i", "int", "float"}}
        found.note_unknown_levels(categories)


def _booster(model: Any) -> Any:  # noqa: ANN401
    return model.get_booster() if hasattr(model, "get_booster") else model


def _objective(booster: Any) -> tuple[str, list[str]]:  # noqa: ANN401
    """Return a booster's objective, and the names of the quantiles that it is for."""
    objective = json.loads(booster.save_config())["learner"]["objective"]
    shares = objective.get("quantile_loss_param", {}).get("quantile_alpha", "")
    return str(objective["name"]), [quantile_name(float(share)) for share in shares.strip("[()]").split(",") if share]


def _matrix(model: Any, data: Any) -> Any:  # noqa: ANN401  rows
    import xgboost  # noqa: PLC0415  there, since the model is

    if not hasattr(data, "columns"):  # an array, where there is no pandas: it has no names by itself
        return xgboost.DMatrix(data, feature_names=model.feature_names)
    return xgboost.DMatrix(categorised(model, data), enable_categorical=True)


def _code(model: Any) -> str:  # noqa: ANN401
    before = categorising_code(model) + "\n" if number_levels(model) else ""
    return f"{before}import xgboost\n\ndata = xgboost.DMatrix(data, enable_categorical=True)"


_MATRIX = Form("matrix", _matrix, _code)
