"""Arrow arrays as columns of a schema: what type is taken for what, and where a value is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array, missing_column, type_remedy
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.words import article
from pyarrow import types

from anops_api_service.bodies.arrow_moments import date_column, datetime_column
from anops_api_service.bodies.json_values import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import ColumnSpec

_TAKEN: Mapping[str, frozenset[str]] = {
    "number": frozenset({"a number"}),
    "integer": frozenset({"a number"}),
    "boolean": frozenset({"true or false"}),
    "string": frozenset({"text"}),
    "category": frozenset({"text", "a number"}),
    "date": frozenset({"text", "a date", "a datetime"}),
    "datetime": frozenset({"text", "a date", "a datetime"}),
}
"""Which kinds of arrays a column of each type takes; those of text and dates are then looked at value by value."""


def column_of(name: str, array: pa.Array, spec: ColumnSpec, faults: FaultCollector) -> Column:
    """Make a column of an array.

    Args:
        name: The column's name.
        array: What was sent; a null is missing, and so is NaN in a column of numbers.
        spec: What the column must be.
        faults: Takes in what does not fit.

    Returns:
        The column; where it has faults, with placeholders. Levels and ranges are not looked at here.
    """
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if array.null_count == len(array):
        return missing_column(name, spec.type, len(array))
    kind = kind_of(array.type)
    if isinstance(array, pa.DictionaryArray) and kind in {"a date", "a datetime"}:
        array = array.dictionary_decode()
    if kind not in _TAKEN[spec.type] and not (kind == "true or false" and spec.assumed):
        faults.add(_wrong_type(name, array, kind, spec, faults))
        return missing_column(name, spec.type, len(array))
    if kind == "a date":
        return date_column(name, _integers(array), _missing(array), array.type, spec=spec, faults=faults)
    if kind == "a datetime":
        return datetime_column(name, _integers(array), _missing(array), array.type, spec=spec, faults=faults)
    values, missing = _values(array)
    return column_from_array(name, values, missing, spec, faults)


def kind_of(kind: pa.DataType) -> str:
    """Name the kind of an Arrow type in a statistician's words."""
    if types.is_dictionary(kind):
        return kind_of(kind.value_type)
    for is_it, word in (
        (types.is_boolean, "true or false"),
        (types.is_integer, "a number"),
        (types.is_floating, "a number"),
        (types.is_decimal, "a number"),
        (types.is_string, "text"),
        (types.is_large_string, "text"),
        (types.is_string_view, "text"),
        (types.is_date, "a date"),
        (types.is_timestamp, "a datetime"),
        (types.is_time, "a time of day"),
        (types.is_duration, "a duration"),
        (types.is_null, "missing"),
        (types.is_struct, "an object"),
    ):
        if is_it(kind):
            return word
    return "a list" if types.is_nested(kind) else f"of Arrow's type {kind}"


def _values(array: pa.Array) -> tuple[np.ndarray, np.ndarray | None]:
    """Return numbers, booleans or texts, and where they are missing."""
    kind = array.type
    missing = _missing(array)
    if isinstance(array, pa.DictionaryArray):
        values, gone = _values(array.dictionary)
        codes = _integers(array.indices)
        if missing is not None:
            codes = np.where(missing, 0, codes)
        if gone is not None:
            missing = gone[codes] | (missing if missing is not None else False)
        return values[codes], missing
    if types.is_boolean(kind):
        values = _bits(array.buffers()[1], array)
    elif types.is_floating(kind):
        values = _plain(array).astype(np.float64)
    elif types.is_integer(kind):
        values = _plain(array)
    elif types.is_decimal(kind):
        values = np.array([np.nan if value is None else float(value) for value in array.to_pylist()])
    else:
        values = array.to_numpy(zero_copy_only=False)
    if missing is not None and values.dtype != object:
        values = np.where(missing, values.dtype.type(0), values)
    return values, missing


def _integers(array: pa.Array) -> np.ndarray:
    """Return the integers that an array is made of; 0 where one is missing."""
    width = array.type.bit_width // 8
    signed = "u" if types.is_unsigned_integer(array.type) else "i"
    values = _plain(array, f"{signed}{width}").astype(np.int64)
    missing = _missing(array)
    return values if missing is None else np.where(missing, 0, values)


def _plain(array: pa.Array, dtype: str | None = None) -> np.ndarray:
    numbers = np.dtype(dtype or array.type.to_pandas_dtype())
    return np.frombuffer(array.buffers()[1], dtype=numbers, count=len(array), offset=array.offset * numbers.itemsize)


def _missing(array: pa.Array) -> np.ndarray | None:
    return ~_bits(array.buffers()[0], array) if array.null_count else None


def _bits(buffer: pa.Buffer, array: pa.Array) -> np.ndarray:
    """Read a bitmap, the least significant bit first."""
    first = array.offset // 8
    count = (array.offset + len(array) + 7) // 8 - first
    data = np.frombuffer(buffer, dtype=np.uint8, count=count, offset=first)
    start = array.offset % 8
    return np.unpackbits(data, bitorder="little")[start : start + len(array)].astype(bool)


def _wrong_type(name: str, array: pa.Array, kind: str, spec: ColumnSpec, faults: FaultCollector) -> Fault:
    missing = _missing(array)
    first = 0 if missing is None else int(np.argmin(missing))
    try:
        value = array[first].as_py()
        received = shown(value) if isinstance(value, str | bool | int | float) else str(value)[:40]
    except (ArithmeticError, ValueError, NotImplementedError):  # a moment, say, that Python's calendar does not have
        received = kind
    row = faults.rows_before + first + 1
    must = article(spec.type)
    return Fault(
        Code.COLUMN_TYPE,
        f"column `{name}` must be {must}, not {kind}",
        column=name,
        row=row,
        found=f"is {received}",
        expected=must,
        received=received,
        remedy=type_remedy(name, spec.type, is_text=kind == "text", assumed=spec.assumed),
    )
