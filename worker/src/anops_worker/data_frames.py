"""Frames as pandas DataFrames in the dtypes a model was fitted on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.codes import Code
from anops_model_interface.columns import report_rows
from anops_model_interface.errors import AnOpsError, Fault, FaultCollector
from anops_model_interface.frames import Column, Frame
from anops_model_interface.moments import zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.schema import ColumnSpec, ColumnType


_PLAIN_TYPES: dict[str, tuple[ColumnType, type]] = {
    "f": ("number", np.float64),
    "i": ("integer", np.int64),
    "b": ("boolean", np.bool_),
}
_FEW = 16
"""So many different texts are compared with all before each is made by itself."""


def to_array(frame: Frame) -> np.ndarray:
    """Make the array that a model which was fitted on one gets of numbers.

    Args:
        frame: Rows that fit the schema; it has columns, all of numbers.

    Returns:
        float64, of shape (rows, columns): what `to_numpy()` of the DataFrame gives, for a tenth of its cost.
    """
    return np.array([column.values for column in frame.columns]).T


def to_pandas(frame: Frame, specs: Mapping[str, ColumnSpec]) -> pd.DataFrame:
    """Make the DataFrame that `predict_model` gets.

    Args:
        frame: Rows that fit the schema.
        specs: The schema's inputs.

    Returns:
        Numbers as float64; integers as int64, with missing values float64; booleans as bool, or as object where
        they may be missing; text as object, and so categories that may have new levels; other categories as
        Categorical with the schema's levels; dates as datetime64; datetimes as datetime64 in the column's
        time zone, naive where it has none. Missing
        values are NaN or NaT.
    """
    if frame.columns and all(column.type == "number" for column in frame.columns):
        # most frames are; one block of numbers costs a fifth of a dict of columns
        return pd.DataFrame(to_array(frame), columns=_index(frame.names()), copy=False)
    data = {column.name: _series(column, specs.get(column.name)) for column in frame.columns}
    return pd.DataFrame(data, index=pd.RangeIndex(frame.rows))


@lru_cache(maxsize=8)
def _index(names: tuple[str, ...]) -> pd.Index:
    return pd.DataFrame(columns=list(names)).columns


def _series(column: Column, spec: ColumnSpec | None) -> Any:  # noqa: ANN401  arrays and extension arrays of pandas
    values, missing = column.values, column.missing
    if column.type == "number":
        return values
    if column.type == "integer":
        return values if missing is None else np.where(missing, np.nan, values)
    if column.type in {"date", "datetime"}:
        return _moments(column, spec if column.type == "datetime" else None)
    may_be_missing = column.type == "boolean" and spec is not None and spec.missing == "allow"
    if missing is not None or may_be_missing:
        values = values.astype(object)
    if missing is not None:
        values[missing] = np.nan
    # a Categorical holds no level but its own
    if column.type == "category" and spec is not None and spec.levels is not None and spec.novel != "allow":
        return pd.Categorical(values, categories=list(spec.levels), ordered=spec.ordered)
    return values


def _moments(column: Column, spec: ColumnSpec | None) -> Any:  # noqa: ANN401
    values = column.values
    if column.missing is not None:
        values = values.copy()
        values[column.missing] = None
    texts = pd.Series(values, dtype=object)
    try:
        moments = pd.to_datetime(texts, utc=True, format="ISO8601")
    except pd.errors.OutOfBoundsDatetime:
        moments = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
        _refuse(column, (moments.isna() & texts.notna()).to_numpy())
    if spec is not None and spec.timezone is not None:
        return moments.dt.tz_convert(zone(spec.timezone))
    return moments.dt.tz_localize(None)


def _refuse(column: Column, where: np.ndarray) -> None:
    expected = f"from {pd.Timestamp.min:%Y-%m-%d} to {pd.Timestamp.max:%Y-%m-%d}, which is what pandas holds"
    faults = FaultCollector()
    report_rows(
        faults,
        where,
        lambda i, row: Fault(
            Code.COLUMN_RANGE,
            f'column `{column.name}` must be {expected}; row {row} is "{column.values[i]}"',
            column=column.name,
            row=row,
            expected=expected,
            received=str(column.values[i]),
        ),
    )
    faults.raise_if_any()


def from_answer(answer: object, names: list[str], *, model: str) -> Frame:
    """Make a frame of what `predict_model` returned.

    A Series or DataFrame that has the labels of the rows in another order, as after sorting, is brought back
    into theirs; other labels mean nothing, and its values are taken as they stand.

    Args:
        answer: A 1-D array, Series or list becomes one column `prediction`; a 2-D array several; a DataFrame,
            a named Series tuple or a dict keeps its names.
        names: The schema's outputs; they name the columns of a 2-D array that has as many.
        model: The model's name, for messages.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: it is none of these.
    """
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    if isinstance(answer, pd.DataFrame):
        labels = pd.Series([str(name) for name in answer.columns], dtype=object)
        if labels.duplicated().any():
            twice = labels[labels.duplicated()].iloc[0]
            raise AnOpsError(
                Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: it has the column `{twice}` twice."
            )
        columns: dict[str, Any] = {name: answer.iloc[:, i] for i, name in enumerate(labels)}
    elif isinstance(answer, dict):
        columns = {str(name): _sequence(values, model) for name, values in answer.items()}
    else:
        array = answer if isinstance(answer, pd.Series | pd.Categorical) else _sequence(answer, model)
        if array.ndim == 1:
            columns = {"prediction": array}
        else:
            columns = dict(zip(_names(array.shape[1], names), array.T, strict=True))
    if not columns:
        raise AnOpsError(Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: it has no columns.")
    read = [_readable(name, values, model) for name, values in columns.items()]
    rows = {len(column.values) for column in read}
    if len(rows) > 1:
        raise AnOpsError(
            Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: its columns have {sorted(rows)} rows."
        )
    return Frame(tuple(read), rows.pop())


def _sequence(values: object, model: str) -> Any:  # noqa: ANN401
    if isinstance(values, pd.Series | pd.Categorical):
        return values
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise AnOpsError(
            Code.MODEL_OUTPUT, f"Can't use the answer of model `{model}`: its rows must all be of one length."
        ) from error
    if array.ndim in {1, 2} and (array.ndim == 1 or array.shape[1] > 1):
        return array
    if array.ndim == 2:
        return array[:, 0] if array.shape[1] == 1 else array
    raise AnOpsError(
        Code.MODEL_OUTPUT,
        f"Can't use the answer of model `{model}`: it must be an array, a Series or a DataFrame with one row for "
        f"each row of the data, not {type(values).__name__}.",
    )


def _names(width: int, names: list[str]) -> list[str]:
    return names if len(names) == width else [f"prediction_{i + 1}" for i in range(width)]


def _in_order(series: pd.Series) -> pd.Series:
    """Bring values that carry the rows' own labels, which are 0, 1, 2, …, into the order of the rows."""
    index = series.index
    if index.dtype.kind == "i" and not index.is_monotonic_increasing:
        ordered = series.sort_index()
        if np.array_equal(ordered.index, np.arange(len(series))):
            series = ordered
    return series.reset_index(drop=True)


def _readable(name: str, values: Any, model: str) -> Column:  # noqa: ANN401  whatever a Series is made of
    plain = _plain(name, values)
    if plain is not None:
        return plain
    try:
        series = _in_order(pd.Series(values))
        _refuse_to_wrap(series)
        return _column(name, series, model)
    except (OverflowError, TypeError, ValueError) as error:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the answer of model `{model}`: column `{name}` can't be read: {error}.",
        ) from error


def _plain(name: str, values: object) -> Column | None:
    """Make a column of an array of numbers or text, as most models return; the way through pandas costs 20 times it."""
    if not isinstance(values, np.ndarray):
        return None
    if values.dtype.kind in _PLAIN_TYPES:
        kind, dtype = _PLAIN_TYPES[values.dtype.kind]
        return Column(name, kind, values.astype(dtype))
    if values.dtype.kind == "U" and (few := _few_texts(values)) is not None:
        return Column(name, "string", few)
    texts = values.tolist() if values.dtype.kind in "UO" else []
    if texts and set(map(type, texts)) == {str}:
        result = np.empty(len(texts), dtype=object)
        result[:] = texts
        return Column(name, "string", result)
    return None


def _few_texts(values: np.ndarray) -> np.ndarray | None:
    """Make an array of texts, of which there are few, hold each of them once; None where there are many."""
    result = np.empty(len(values), dtype=object)
    left = np.ones(len(values), dtype=bool)
    for _ in range(_FEW):
        place = int(left.argmax())
        if not left[place]:
            return result
        same = values == values[place]
        result[same] = str(values[place])
        left &= ~same
    return None if left.any() else result


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
        return Column(name, "number", series.astype(float).to_numpy())
    if kind == "boolean":
        return Column(name, "boolean", series.where(~series.isna(), other=False).to_numpy(dtype=bool), mask)
    if kind == "date":
        return _text(name, "date", series, mask)
    raise AnOpsError(
        Code.MODEL_OUTPUT,
        f"Can't use the answer of model `{model}`: column `{name}` must hold numbers, text, true or false, or dates, "
        f"not {type(next(iter(series[~series.isna()]), None)).__name__}.",
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
