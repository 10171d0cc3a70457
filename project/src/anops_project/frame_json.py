"""Frames as JSON: how descriptions and reference rows are written down, exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
from anops_model_interface.frames import Column, Frame
from anops_model_interface.misfits import misfit
from anops_model_interface.schema import ColumnSpec, ColumnType

if TYPE_CHECKING:
    from collections.abc import Mapping

_INFINITIES = {"Inf": math.inf, "-Inf": -math.inf}
_PLACEHOLDERS: dict[str, object] = {"number": math.nan, "integer": 0, "boolean": False}
_DTYPES: dict[str, type] = {"number": np.float64, "integer": np.int64, "boolean": np.bool_}


def frame_to_json(frame: Frame) -> dict[str, Any]:
    """Write a frame as JSON values.

    Args:
        frame: The frame.

    Returns:
        `columns` with a list of values for each name (a missing value is null, an infinity "Inf" or "-Inf",
        numbers in their shortest exact form), `types` with the type of each, and `rows` with the number of
        rows where there is no column that would tell it.
    """
    written: dict[str, Any] = {
        "columns": {column.name: _values(column) for column in frame.columns},
        "types": {column.name: column.type for column in frame.columns},
    }
    if not frame.columns:
        written["rows"] = frame.rows
    return written


def frame_from_json(written: Mapping[str, Any], specs: Mapping[str, ColumnSpec] | None = None) -> Frame:
    """Read what `frame_to_json` wrote, or what a person wrote like it.

    Args:
        written: `columns`, and `types` unless the specs say them.
        specs: The schema's columns, which tell the type of a column that `types` does not name.

    Raises:
        ValueError: It is not such a frame; the text says which column and row.
    """
    columns = written.get("columns")
    if not isinstance(columns, dict):
        raise ValueError("`columns` must be an object with a list of values for each column")  # noqa: TRY004
    types = dict(written.get("types") or {})
    read = tuple(_column(name, values, _type_of(name, types, specs)) for name, values in columns.items())
    lengths = {len(column.values) for column in read}
    if len(lengths) > 1:
        raise ValueError("all columns must have the same number of values")
    return Frame(read, lengths.pop() if lengths else int(written.get("rows", 0)))


def _values(column: Column) -> list[Any]:
    pairs = zip(column.values.tolist(), column.is_missing().tolist(), strict=True)
    return [None if missing else _written(value) for value, missing in pairs]


def _written(value: object) -> object:
    if isinstance(value, float) and math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return value


def _type_of(name: str, types: Mapping[str, Any], specs: Mapping[str, ColumnSpec] | None) -> ColumnType:
    if specs is not None and name in specs:
        return specs[name].type
    kind = types.get(name)
    if kind not in get_args(ColumnType):
        raise ValueError(f"column `{name}` must have a type, one of {', '.join(get_args(ColumnType))}")
    return cast("ColumnType", kind)


def _column(name: str, values: object, kind: ColumnType) -> Column:
    if not isinstance(values, list):
        raise ValueError(f"column `{name}` must be a list of values")  # noqa: TRY004  a fault of the text
    placeholder = _PLACEHOLDERS.get(kind, "")
    read = [
        placeholder if value is None else _read(name, row, value, kind) for row, value in enumerate(values, start=1)
    ]
    array: np.ndarray = np.array(read, dtype=_DTYPES.get(kind, object))
    missing = np.array([value is None for value in values], dtype=np.bool_)
    return Column(name, kind, array, missing if kind != "number" and missing.any() else None)


def _read(name: str, row: int, value: object, kind: ColumnType) -> object:
    if kind == "number" and isinstance(value, str) and value in _INFINITIES:
        return _INFINITIES[value]
    problem = misfit(ColumnSpec(type=kind), value)
    if problem:
        raise ValueError(f"column `{name}`, row {row}: {problem}")
    return value
