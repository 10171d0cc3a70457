"""Frames as pandas DataFrames in the dtypes a model was fitted on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.codes import Code
from anops_model_interface.columns import report_rows
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.moments import zone
from anops_model_interface.number_block import NumberBlock

from anops_worker.arrays import to_array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Column, Frame
    from anops_model_interface.schema import ColumnSpec

_TEXT: Any = pd.Series(["text"]).dtype
"""The dtype in which this pandas holds texts: object before pandas 3, str from then on."""
_UNIT = pd.to_datetime(["2026-01-01"]).unit
"""The unit in which it holds moments: nanoseconds before pandas 3, microseconds from then on."""
_MOST_DTYPES = 10_000
_dtypes: dict[int, tuple[ColumnSpec, pd.CategoricalDtype]] = {}
"""The dtypes of categories by the identity of what the column is, which is kept so that no other has it."""
_FINER = r"(\.\d{6})\d+"
"""The digits behind the microseconds."""


def to_pandas(frame: Frame, specs: Mapping[str, ColumnSpec]) -> pd.DataFrame:
    """Make the DataFrame that `predict_model` gets.

    Args:
        frame: Rows that fit the schema.
        specs: The schema's inputs.

    Returns:
        Numbers as float64; integers as int64, with missing values float64; booleans as bool, or as object where
        they may be missing; text as pandas itself holds it (object, or str from pandas 3 on), and so categories
        that may have new levels; other categories as Categorical with the schema's levels; dates as datetime64;
        datetimes as datetime64 in the column's time zone, naive where it has none; in the unit of the installed pandas
        where the column has no resolution of its own. Missing values are NaN or NaT.
    """
    block = isinstance(frame.columns, NumberBlock)
    if frame.columns and (block or all(column.type == "number" for column in frame.columns)):
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
        return _moments(column, spec)
    may_be_missing = column.type == "boolean" and spec is not None and spec.missing == "allow"
    if missing is not None or may_be_missing:
        values = values.astype(object)
    if missing is not None:
        values[missing] = np.nan
    # a Categorical holds no level but its own
    if column.type == "category" and spec is not None and spec.levels is not None and spec.novel != "allow":
        return pd.Categorical(values, dtype=_dtype(spec))
    if column.type == "boolean" or not isinstance(_TEXT, pd.StringDtype):
        return values
    # said, and not left to pandas to find out: a column of which every value is missing would be no text
    return pd.array(values, dtype=_TEXT)


def _dtype(spec: ColumnSpec) -> pd.CategoricalDtype:
    """Return the dtype of a category; made once: with many levels that takes longer than to predict a row."""
    kept = _dtypes.get(id(spec))
    if kept is None or kept[0] is not spec:
        if len(_dtypes) >= _MOST_DTYPES:
            _dtypes.clear()
        kept = _dtypes[id(spec)] = (spec, pd.CategoricalDtype(list(spec.levels or ()), ordered=spec.ordered))
    return kept[1]


def _moments(column: Column, spec: ColumnSpec | None) -> Any:  # noqa: ANN401
    values = column.values
    if column.missing is not None:
        values = values.copy()
        values[column.missing] = None
    texts = pd.Series(values, dtype=object)
    unit = (spec and spec.resolution) or _UNIT
    if _UNIT != "ns" and unit != "ns":  # one finer moment would make nanoseconds of those in the rows beside it
        texts = texts.str.replace(_FINER, r"\1", regex=True)
    try:
        moments = pd.to_datetime(texts, utc=True, format="ISO8601")
    except pd.errors.OutOfBoundsDatetime:
        moments = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
        _refuse(column, (moments.isna() & texts.notna()).to_numpy())
    moments = moments.dt.as_unit(unit)  # those that are all missing would have another
    if column.type == "datetime" and spec is not None and spec.timezone is not None:
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
