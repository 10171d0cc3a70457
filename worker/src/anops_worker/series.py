"""A Series of pandas, of whatever dtype, as a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnType


def column_of_series(name: str, values: Any, model: str) -> Column:  # noqa: ANN401  whatever a Series is made of
    """Make a column of what a Series holds.

    Args:
        name: The column's name.
        values: A Series, or what one is made of.
        model: The model's name, for messages.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: its values are none that a column holds.
    """
    try:
        series = _in_order(pd.Series(values))
        _refuse_to_wrap(series)
        return _column(name, series, model)
    except (OverflowError, TypeError, ValueError) as error:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the answer of model `{model}`: column `{name}` can't be read: {error}.",
        ) from error


def _in_order(series: pd.Series) -> pd.Series:
    """Bring values that carry the rows' own labels, which are 0, 1, 2, …, into the order of the rows."""
    index = series.index
    if index.dtype.kind == "i" and not index.is_monotonic_increasing:
        ordered = series.sort_index()
        if np.array_equal(ordered.index, np.arange(len(series))):
            series = ordered
    return series.reset_index(drop=True)


def _refuse_to_wrap(series: pd.Series) -> None:
    if series.dtype.kind == "u" and series.max() > np.iinfo(np.int64).max:
        raise OverflowError("an integer in it is larger than 9223372036854775807")


def _column(name: str, series: pd.Series, model: str) -> Column:  # noqa: PLR0911  one return for each dtype
    missing = series.isna().to_numpy()
    mask = missing if missing.any() else None
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _text(name, "category", series, mask)
    if pd.api.types.is_bool_dtype(dtype):
        return Column(name, "boolean", series.fillna(value=False).to_numpy(dtype=bool), mask)
    if pd.api.types.is_integer_dtype(dtype):
        return Column(name, "integer", series.fillna(0).to_numpy(dtype=np.int64), mask)
    if pd.api.types.is_float_dtype(dtype):
        return Column(name, "number", series.to_numpy(dtype=np.float64, na_value=np.nan))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        aware = series.dt.tz_localize("UTC") if series.dt.tz is None else series.dt.tz_convert("UTC")
        texts = aware.map(lambda moment: "" if moment is pd.NaT else moment.isoformat().replace("+00:00", "Z"))
        return Column(name, "datetime", _objects(texts), mask)
    kind = pd.api.types.infer_dtype(series, skipna=True)
    if kind in {"string", "empty"}:
        return _text(name, "string", series, mask)
    if kind in {"integer", "floating", "mixed-integer-float", "decimal"}:
        return Column(name, "number", series.where(~series.isna(), other=np.nan).astype(float).to_numpy())
    if kind == "boolean":
        return Column(name, "boolean", series.where(~series.isna(), other=False).to_numpy(dtype=bool), mask)
    if kind == "date":
        return _text(name, "date", series, mask)
    types = list(dict.fromkeys(type(value).__name__ for value in series[~series.isna()]))
    raise AnOpsError(
        Code.MODEL_OUTPUT,
        f"Can't use the answer of model `{model}`: column `{name}` must hold numbers, text, true or false, or dates, "
        f"not {' and '.join(types[:3])}.",
    )


def _text(name: str, kind: ColumnType, series: pd.Series, mask: np.ndarray | None) -> Column:
    texts = series.astype(object)
    if mask is not None:
        texts = texts.where(~series.isna(), other="")
    return Column(name, kind, _objects(texts.map(str)), mask)


def _objects(texts: pd.Series) -> np.ndarray:
    result = np.empty(len(texts), dtype=object)
    result[:] = texts.tolist()
    return result
