"""A request that works for this very model, for its documentation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.schema import ColumnSpec

from anops_api_service.bodies.json_body import JsonBody

if TYPE_CHECKING:
    from anops_model_interface.schema import OptionSpec, Schema


def example_of(schema: Schema, reference: str | None = None) -> list[dict[str, Any]]:
    """Return rows that fit a schema.

    Args:
        schema: What the model takes.
        reference: Rows the model was tested with, as JSON records; they are taken where they fit.
    """
    rows = _reference(schema, reference)
    return rows or [{name: _value(spec) for name, spec in schema.inputs.items()}]


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


def _reference(schema: Schema, text: str | None) -> list[dict[str, Any]]:
    if not text:
        return []
    try:
        read = msgspec.json.decode(text)
        rows = read if isinstance(read, list) else [read]
        JsonBody(schema).read(msgspec.json.encode({"data": rows}))
    except Exception:  # noqa: BLE001  a server's own words; a made-up example is the way out
        return []
    return rows[:2]


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
