"""Values with which nothing is wrong, to stand where something is, so that the rest of a column can be checked too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnSpec, Scalar

_FIXED: dict[str, Scalar] = {"boolean": False, "date": "2000-01-01", "datetime": "2000-01-01T00:00:00Z"}


def stand_in(spec: ColumnSpec) -> Scalar:
    """Return a value that fits a column, as JSON would write it.

    Args:
        spec: The column; where no value fits it, as between `min = 0.2` and `max = 0.8` for an integer, one of its
            type.
    """
    if spec.type not in {"number", "integer"}:
        return spec.levels[0] if spec.levels else _FIXED.get(spec.type, "")
    if spec.values:
        value = spec.values[0]
    elif spec.min is not None:
        value = float(math.ceil(spec.min)) if spec.type == "integer" else spec.min
    else:
        value = min(0.0, spec.max if spec.max is not None else 0.0)
    return math.floor(value) if spec.type == "integer" else float(value)
