"""Bodies and answers of models of time series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from anops.columns import to_json_values
from anops.errors import DataError
from anops.rows import data_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INFINITIES = {"Inf": float("inf"), "-Inf": float("-inf")}


def records(rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401  whatever makes a DataFrame
    """Return rows as records of JSON: a DataFrame with its times in a column or as its index, or what makes one.

    Raises:
        DataError: A column holds what can't be sent.
    """
    data = data_frame(rows)
    if "time" not in data and isinstance(data.index, pd.DatetimeIndex | pd.PeriodIndex):
        index = data.index.to_timestamp() if isinstance(data.index, pd.PeriodIndex) else data.index
        data = data.assign(time=index)
    columns: dict[str, list[Any]] = {}
    for name, column in data.items():
        try:
            columns[str(name)] = to_json_values(column, _spec(column))
        except TypeError as error:
            raise DataError(f"Can't send column `{name}`: it holds values of type {error}.") from error
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def forecast_frame(predictions: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return forecasts as a table; their times are Timestamps, with the zone's offset where they have one."""
    frame = pd.DataFrame(list(predictions))
    if "time" in frame:
        texts = [str(each) for each in frame["time"]]
        aware = any(text.endswith("Z") or "+" in text[10:] or "-" in text[10:] for text in texts)
        # offsets differ where the clocks change
        frame["time"] = pd.to_datetime(texts, utc=aware, format="ISO8601")
    for name in (each for each in frame.columns if each != "time" and frame[each].dtype == object):
        values = [_INFINITIES.get(value, value) if isinstance(value, str) else value for value in frame[name]]
        if all(value is None or isinstance(value, int | float) for value in values):
            frame[name] = pd.Series(values, dtype=float)
    return frame


def _spec(column: pd.Series) -> dict[str, Any]:
    """Say that midnights are days, which a service takes for any period."""
    if isinstance(column.dtype, pd.DatetimeTZDtype) or not pd.api.types.is_datetime64_dtype(column.dtype):
        return {}
    return {"type": "date"} if (column.dropna() == column.dropna().dt.normalize()).all() else {}
