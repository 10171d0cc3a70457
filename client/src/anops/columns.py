"""Columns of a DataFrame as JSON values and back, in the types of the model's schema."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN_KINDS = frozenset("biuU")
"""NumPy's kinds of dtypes whose values JSON has as they are."""
_OF_JSON = (str, int, list, tuple, dict)
"""Lists and the like are no values of a column, but the service can say so with their rows."""
_INFINITIES = {"Inf": math.inf, "-Inf": -math.inf}


def to_json_values(column: pd.Series, spec: Mapping[str, Any]) -> list[Any]:
    """Return a column's values as JSON has them: a missing one is None.

    Args:
        column: The values; of any dtype.
        spec: What the model's schema says of the column.

    Raises:
        TypeError: The column holds something that JSON has nothing like; it names the type.
    """
    kind = spec.get("type", "")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _by_category(column, spec)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _moments(_of_numpy(column), kind)
    if pd.api.types.is_float_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        values = numbers.tolist()
        return values if np.isfinite(numbers).all() else [_number(value) for value in values]
    values = column.tolist()
    missing = column.isna()
    if column.dtype.kind not in _PLAIN_KINDS:
        values = [None if gone else _plain(value) for value, gone in zip(values, missing.tolist(), strict=True)]
    if not missing.any():
        return values
    return [None if gone else value for value, gone in zip(values, missing.tolist(), strict=True)]


def from_json_values(values: list[Any], spec: Mapping[str, Any] | None, index: pd.Index) -> pd.Series:
    """Return a column of an answer as a Series.

    Args:
        values: As JSON has them.
        spec: What the model's schema says of the column; None: the type follows from the values.
        index: The labels of the rows.
    """
    kind = spec["type"] if spec else _kind_of(values)
    missing = None in values
    if kind == "number":
        if missing or str in set(map(type, values)):
            values = [math.nan if value is None else _INFINITIES.get(value, value) for value in values]
        return pd.Series(np.asarray(values, dtype=np.float64), index=index)
    if kind in {"integer", "boolean"}:
        plain, with_missing = (np.int64, "Int64") if kind == "integer" else (bool, "boolean")
        whole: pd.Series = pd.Series(values, index=index, dtype=with_missing if missing else plain)
        return whole
    if kind == "category":
        levels = (spec or {}).get("levels")
        ordered = bool((spec or {}).get("ordered"))
        return pd.Series(pd.Categorical(values, categories=levels, ordered=ordered), index=index)
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object), format="ISO8601").to_numpy(), index=index)
    if kind == "datetime":
        moments = pd.to_datetime(pd.Series(values, dtype=object), utc=True, format="ISO8601")
        zone = (spec or {}).get("timezone")
        return pd.Series((moments.dt.tz_convert(zone) if zone else moments).array, index=index)
    return pd.Series(values, index=index, dtype=object)


def _number(value: float) -> float | str | None:
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else "Inf" if value > 0 else "-Inf"


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a column of objects holds
    """Return a value of a column of objects as JSON has it.

    Raises:
        TypeError: JSON has nothing like it.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if hasattr(value, "isoformat") and not isinstance(value, timedelta):
        return value.isoformat()
    if isinstance(value, _OF_JSON):
        return value
    raise TypeError(type(value).__name__)


def _by_category(column: pd.Series, spec: Mapping[str, Any]) -> list[Any]:
    """Write each category once, and take the rows' values from there."""
    categories = to_json_values(pd.Series(column.cat.categories), spec)
    return [None if code < 0 else categories[code] for code in column.cat.codes.tolist()]


def _of_numpy(column: pd.Series) -> pd.Series:
    """Return moments that Arrow holds as pandas itself holds them, with their time zone."""
    if not isinstance(column.dtype, pd.ArrowDtype):
        return column
    kind = column.dtype.pyarrow_dtype
    zone = getattr(kind, "tz", None)
    unit = getattr(kind, "unit", "ms")  # days have none
    dtype: Any = f"datetime64[{unit}, {zone}]" if zone else f"datetime64[{'s' if unit == 'day' else unit}]"
    return column.astype(dtype)


def _moments(column: pd.Series, kind: str) -> list[str | None]:
    zoned = isinstance(column.dtype, pd.DatetimeTZDtype)
    if kind == "date":  # the day as it is in the column's own zone
        naive = column.dt.tz_localize(None) if zoned else column
        midnight = bool((naive.dropna().dt.normalize() == naive.dropna()).all())
        written = np.datetime_as_string(_microseconds(naive), unit="D" if midnight else "us")
    else:
        utc = column.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else column
        # a moment without a zone is read in the column's own
        written = np.char.add(np.datetime_as_string(_microseconds(utc)), "Z" if zoned else "")
    missing = column.isna().tolist()
    return [None if gone else text for text, gone in zip(written.tolist(), missing, strict=True)]


def _microseconds(column: pd.Series) -> np.ndarray:
    return column.to_numpy().astype("datetime64[us]")


def _kind_of(values: list[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "integer"
    if kinds and kinds <= {int, float, str} and all(type(v) is not str or v in _INFINITIES for v in values):
        return "number"
    return "number" if not kinds else "string"
