"""Encoders of category_encoders: the columns that they take for categories, and the levels that they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

from anops_worker.libraries.library import Library
from anops_worker.python_describe.sklearn_columns import spec_of_levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class CategoryEncoders(Library):
    """What is known of category_encoders."""

    def encoded(self, model: Any, names: Sequence[str]) -> Mapping[str, ColumnSpec]:  # noqa: ANN401, ARG002  any encoder
        """Return the levels of its columns, or that they are categories where it keeps none; see `Library`."""
        columns = [str(name) for name in getattr(model, "cols", None) or ()]
        levels = _levels(model)
        # what is only hashed may be anything: a whole number has the hash of its text
        return {
            name: spec_of_levels(levels[name]) if name in levels else ColumnSpec(type="category") for name in columns
        }


def _levels(model: Any) -> dict[str, list[Any]]:  # noqa: ANN401
    inner = model
    for name in ("base_n_encoder", "ordinal_encoder", "_ordinal_encoder"):
        inner = getattr(inner, name, None) or inner
    kept = getattr(inner, "mapping", None)
    if isinstance(kept, list):
        return {str(each["col"]): _known(each["mapping"].index) for each in kept}
    if isinstance(kept, dict):
        return {str(name): _known(each.index) for name, each in kept.items() if hasattr(each, "index")}
    return {}


def _known(index: Any) -> list[Any]:  # noqa: ANN401  a pandas index
    levels: list[Any] = index[~index.isna()].tolist()
    return levels
