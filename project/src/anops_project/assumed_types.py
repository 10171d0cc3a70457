"""Marks the columns of which nothing told that they hold numbers, so that true and false may be sent for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from anops_model_interface.schema import ColumnSpec


def with_assumed(inputs: Mapping[str, ColumnSpec], untold: Collection[str]) -> dict[str, ColumnSpec]:
    """Return the columns with those marked whose type is only assumed.

    Args:
        inputs: The columns as they are described.
        untold: Of which neither the model nor example rows told the type.
    """
    return {
        name: replace(spec, assumed=True) if name in untold and _is_any_number(spec) else spec
        for name, spec in inputs.items()
    }


def _is_any_number(spec: ColumnSpec) -> bool:
    """Say whether a column is a number of which no more is known: one among some values is a factor of numbers."""
    return spec.type == "number" and spec.values is None
