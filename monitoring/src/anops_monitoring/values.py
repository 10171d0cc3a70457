"""Columns as the log and a baseline keep them, made ready for statistics."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.outcome_levels import level_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import ColumnSpec

_INFINITIES = {"Inf": math.inf, "-Inf": -math.inf, "Infinity": math.inf, "-Infinity": -math.inf}


def kind_of(spec: ColumnSpec) -> str:
    """Return how a column is looked at: as a "number", by its "level", or as "text"."""
    if spec.type in {"boolean", "category"} or spec.values is not None:
        return "level"
    return "text" if spec.type == "string" else "number"


def numbers(values: Sequence[Any]) -> np.ndarray:
    """Return values as 64-bit numbers (1-D), dates in days and times in seconds; NaN where there is none."""
    return np.array([_number(each) for each in values], dtype=np.float64)


def labels(values: Sequence[Any]) -> list[str | None]:
    """Return values as the names of levels; None where there is none."""
    return [None if each is None else level_of(each) for each in values]


def counted(values: Sequence[Any]) -> Counter[str]:
    """Count levels."""
    return Counter(each for each in labels(values) if each is not None)


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return math.nan
    if value in _INFINITIES:
        return _INFINITIES[value]
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return math.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
