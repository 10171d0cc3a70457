"""A request that works for this very model, for its documentation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from anops_model_interface.schema import OptionSpec, Schema

    from anops_api_service.models.described_model import DescribedModel

MOST_ROWS = 2
"""More would only make it longer."""


def example_of(model: DescribedModel) -> list[dict[str, Any]]:
    """Return rows that a model can predict: those that it was tested with, or one that is made up."""
    return model.reference[:MOST_ROWS] or [{name: _value(spec) for name, spec in model.schema.inputs.items()}]


def example_options(schema: Schema) -> dict[str, Any]:
    """Return options that fit a schema and ask for something other than the default, where they can."""
    return {name: _option(spec) for name, spec in schema.options.items()}


def _option(spec: OptionSpec) -> bool | int | float | str | list[Any]:
    if spec.levels:
        value: Any = next((level for level in spec.levels if level != spec.default), spec.levels[0])
    elif spec.type == "boolean":
        value = spec.default is not True
    elif isinstance(spec.default, tuple):
        return list(spec.default)
    elif spec.default is not None:
        value = spec.default
    else:
        column = ColumnSpec(type=spec.type, values=spec.values, min=spec.min, max=spec.max)
        value = _value(column)
    return [value] if spec.list else value


def _value(spec: ColumnSpec) -> bool | int | float | str:
    if spec.levels:
        return spec.levels[0]
    if spec.values:
        return _whole(spec.values[0], spec)
    if spec.type in {"number", "integer"}:
        return _between(spec)
    if spec.seen is not None:
        return str(spec.seen[0])
    fixed: dict[str, bool | str] = {
        "boolean": True,
        "date": "2026-01-31",
        "datetime": "2026-01-31T12:00:00Z",
    }
    return fixed.get(spec.type, "text")


def _between(spec: ColumnSpec) -> float | int:
    low, high = spec.min, spec.max
    if spec.seen is not None:
        first, last = (float(end) for end in spec.seen)
        low, high = max(first, first if low is None else low), min(last, last if high is None else high)
        if low > high:  # the range that is allowed is none that was seen
            low, high = spec.min, spec.max
    if low is not None and high is not None:
        middle = low + (high - low) / 2
        if spec.type == "integer":
            middle = min(max(math.floor(middle), math.ceil(low)), math.floor(high))
        return _whole(middle, spec)
    if low is not None:
        return _whole(math.ceil(max(low, 1.0)), spec)
    if high is not None:
        return _whole(math.floor(min(high, 1.0)), spec)
    return 1


def _whole(value: float, spec: ColumnSpec) -> float | int:
    return int(value) if spec.type == "integer" or float(value).is_integer() else value
