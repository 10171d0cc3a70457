"""Transformers of feature_engine: the columns that they chose, and the levels that they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

from anops_worker.libraries.library import Library
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OF_TEXTS = frozenset({"RareLabelEncoder", "CategoricalImputer", "StringSimilarityEncoder"})
"""Those that take texts that they do not keep: rare ones, those that nothing is missing of, any that are alike."""
_OF_MOMENTS = frozenset({"DatetimeFeatures", "DatetimeSubtraction"})


class FeatureEngine(Library):
    """What is known of feature_engine."""

    def encoded(self, model: Any, names: Sequence[str]) -> Mapping[str, ColumnSpec]:  # noqa: ANN401, ARG002  any transformer
        """Return the levels of its columns, or what else they must be; see `Library`."""
        kind = type(model).__name__
        columns = [str(name) for name in getattr(model, "variables_", None) or ()]
        if kind in _OF_TEXTS:
            return {name: ColumnSpec(type="string") for name in columns}
        if kind in _OF_MOMENTS:
            return {name: ColumnSpec(type="datetime") for name in columns}
        kept = getattr(model, "encoder_dict_", None) or {}
        return {str(name): spec_of_levels(list(levels)) for name, levels in kept.items() if _are_levels(levels)}


def _are_levels(kept: object) -> bool:
    """Say whether it is levels and what became of each, and no tree that is fitted on a column."""
    return isinstance(kept, dict | list)
