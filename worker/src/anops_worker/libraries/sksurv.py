"""Transformers of scikit-survival: the categories of its encoder, whose order tells which of them is the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_worker.libraries.library import Library
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec


class ScikitSurvival(Library):
    """What is known of scikit-survival."""

    def encoded(self, model: Any, names: Sequence[str]) -> Mapping[str, ColumnSpec]:  # noqa: ANN401, ARG002  any transformer
        """Return the levels of the columns that it encodes; see `Library`."""
        kept = getattr(model, "categories_", None)
        if not isinstance(kept, dict):
            return {}
        return {str(name): spec_of_levels(list(levels)) for name, levels in kept.items()}
