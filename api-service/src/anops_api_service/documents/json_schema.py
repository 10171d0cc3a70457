"""Columns and options as JSON Schema, for OpenAPI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.extrapolation import range_text

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnSpec, OptionSpec

Json = dict[str, Any]

_FORMATS = {"date": "date", "datetime": "date-time"}
_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean"}
_INFINITY: Json = {"type": "string", "enum": ["Inf", "-Inf"]}


def column_schema(spec: ColumnSpec) -> Json:
    """Describe one value of an input column."""
    described = _value(spec)
    open_ended = spec.values is None and (spec.min is None or spec.max is None)
    if spec.type == "number" and open_ended and spec.infinite == "allow":
        described = {"anyOf": [described, _INFINITY]}
    if spec.type == "category" and spec.levels is None:
        described = {"anyOf": [described, {"type": "number"}]}  # a number stands for its text
    if spec.novel != "error":
        described.pop("enum", None)  # a new level is taken, so any text may come
    if spec.missing not in {None, "error"}:
        described = _or_null(described)
    said = " ".join(part for part in (_seen(spec), _looked_up(spec)) if part)
    described = _described(described, spec, unit=spec.unit, missing=spec.missing, seen=said)
    return described if spec.seen is None else {**described, "x-anops-seen": list(spec.seen)}


def output_schema(spec: ColumnSpec) -> Json:
    """Describe one value of an output column: any may be missing."""
    described = _value(spec)
    if spec.type == "number":
        described = {"anyOf": [described, _INFINITY]}
    return _described(_or_null(described), spec, unit=spec.unit)


def option_schema(spec: OptionSpec) -> Json:
    """Describe an option."""
    described = _value(spec)
    if spec.list:
        described = {"type": "array", "items": described}
    if spec.default is not None:
        described["default"] = list(spec.default) if isinstance(spec.default, tuple) else spec.default
    return _described(described, spec)


def _value(spec: ColumnSpec | OptionSpec) -> Json:
    described: Json = {"type": _TYPES.get(spec.type, "string")}
    if spec.type in _FORMATS:
        described["format"] = _FORMATS[spec.type]
    if spec.levels is not None:
        described["enum"] = list(spec.levels)
    if spec.values is not None:
        described["enum"] = [int(value) if value.is_integer() else value for value in spec.values]
    if spec.min is not None:
        described["minimum"] = spec.min
    if spec.max is not None:
        described["maximum"] = spec.max
    return described


def _or_null(described: Json) -> Json:
    if "anyOf" in described:
        return {"anyOf": [*described["anyOf"], {"type": "null"}]}
    if "enum" in described:
        return {"anyOf": [described, {"type": "null"}]}
    return {**described, "type": [described["type"], "null"]}


def _described(
    described: Json,
    spec: ColumnSpec | OptionSpec,
    *,
    unit: str | None = None,
    missing: object = None,
    seen: str = "",
) -> Json:
    parts = [spec.description or "", f"Unit: {unit}." if unit else "", seen]
    if missing not in {None, "error", "allow"}:
        parts.append(f"Where missing, taken as {missing}.")
    text = " ".join(part for part in parts if part)
    return {**described, "description": text} if text else described


def _looked_up(spec: ColumnSpec) -> str:
    return "" if spec.feature is None else f"A row without it has the key of `{spec.feature}`, and it is looked up."


def _seen(spec: ColumnSpec) -> str:
    if spec.seen is None:
        return ""
    return f"The model was fitted on {range_text(spec)}; a value outside is answered with a warning."
