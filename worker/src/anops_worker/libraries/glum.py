"""Models of glum: columns before they are expanded into levels, and the variables of a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

from anops_worker.libraries.formulas import levels_of_formula, variables_of_formula
from anops_worker.libraries.library import Levels, Library
from anops_worker.number_categories import CATEGORIES, number_levels
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from anops_worker.form import Form
    from anops_worker.python_describe.understanding import Understanding


class Glum(Library):
    """What is known of glum, whose `n_features_in_` counts levels and not columns."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  any model of glum
        """Return the columns of the data frame, or the variables of the formula; see `Library`."""
        spec = getattr(model, "X_model_spec_", None)
        if spec is not None:
            return variables_of_formula(spec)
        return list(getattr(model, "_feature_dtypes_", None) or ()) or None

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`."""
        return CATEGORIES if number_levels(model) else None

    def category_levels(self, model: Any) -> Levels:  # noqa: ANN401  the same
        """Return the levels of pandas categories; see `Library`."""
        kept = getattr(model, "_categorical_levels_", None) or {}
        return {str(name): tuple(levels) for name, levels in kept.items()}

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  the same
        """Add the levels and the booleans; see `Library`."""
        if found.inputs is None:
            return
        known = {name: spec_of_levels(levels) for name, levels in self.category_levels(model).items()}
        of_formula = levels_of_formula(getattr(model, "X_model_spec_", None))
        known |= of_formula
        found.fixed |= of_formula.keys()
        kinds = getattr(model, "_feature_dtypes_", None) or {}
        known |= {
            str(name): ColumnSpec(type="boolean") for name, kind in kinds.items() if getattr(kind, "kind", "") == "b"
        }
        known = {name: spec for name, spec in known.items() if name in found.inputs}
        found.inputs.update(known)
        found.certain |= known.keys()
