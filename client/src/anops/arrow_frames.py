"""Rows as Arrow, and answers in Arrow: for many rows, where pyarrow is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import ipc, types

from anops.answered import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

ARROW = "application/vnd.apache.arrow.stream"
_BATCH_ROWS = 10_000


def arrow_body(rows: pd.DataFrame, specs: Mapping[str, Mapping[str, Any]]) -> bytes | None:
    """Write rows as an Arrow stream.

    Args:
        rows: The rows.
        specs: What the model's schema says of the columns.

    Returns:
        The stream; None where Arrow would not say what JSON does, such as a column of values of several types, of which
        the service tells the rows that are wrong.
    """
    try:
        arrays = [_array(rows.iloc[:, i], specs.get(name, {})) for i, name in enumerate(rows.columns)]
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return None
    if any(array is None for array in arrays):
        return None
    table = pa.Table.from_arrays(arrays, names=list(rows.columns))
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table, max_chunksize=_BATCH_ROWS)
    body: bytes = sink.getvalue().to_pybytes()
    return body


def arrow_part(answer: httpx.Response) -> Part:
    """Read an answer in Arrow."""
    told = {
        name: unquote(answer.headers.get(f"anops-{name}", "")) for name in ("model", "model-version", "model-digest")
    }
    warned = msgspec.json.decode(answer.headers.get("anops-warnings", "[]"))
    table = ipc.open_stream(answer.content).read_all().combine_chunks()
    columns = {name: _values(table.column(name)) for name in table.column_names}
    model = {"name": told["model"], "version": told["model-version"], "digest": told["model-digest"] or None}
    return Part(table.num_rows, columns, warned, model)


def _array(column: pd.Series, spec: Mapping[str, Any]) -> pa.Array | None:
    """Return a column as Arrow has it; None where it would be another thing there than in JSON."""
    days_of_arrow = isinstance(column.dtype, pd.ArrowDtype) and types.is_date(column.dtype.pyarrow_dtype)
    if pd.api.types.is_datetime64_any_dtype(column.dtype) and not days_of_arrow:
        if spec.get("type") != "date":
            return pa.Array.from_pandas(column)
        # the day as it is in the column's own zone
        days = column.dt.tz_localize(None) if getattr(column.dt, "tz", None) is not None else column
        return pa.Array.from_pandas(days.dt.date) if (days.dropna() == days.dropna().dt.normalize()).all() else None
    array = pa.Array.from_pandas(column)
    kind = array.type.value_type if types.is_dictionary(array.type) else array.type
    texts = (types.is_string, types.is_large_string, types.is_string_view)
    plain = (types.is_boolean, types.is_integer, types.is_floating, types.is_date, *texts)
    return array if any(is_it(kind) for is_it in plain) else None


def _values(column: pa.ChunkedArray) -> np.ndarray | list[Any]:
    """Return a column as an array where none of its values is missing or it holds numbers, else as JSON has it."""
    kind = column.type
    if types.is_floating(kind):
        return np.asarray(column.to_numpy(), dtype=np.float64)
    if (types.is_integer(kind) or types.is_boolean(kind)) and not column.null_count:
        return np.asarray(column.to_numpy())
    if types.is_timestamp(kind) or types.is_date(kind):
        moments = column.cast(pa.timestamp("us")).to_numpy()
        texts = np.datetime_as_string(moments, unit="D" if types.is_date(kind) else "us").tolist()
        mark = "" if types.is_date(kind) or kind.tz is None else "Z"
        return [None if gone else text + mark for text, gone in zip(texts, np.isnat(moments).tolist(), strict=True)]
    values: list[Any] = column.to_pylist()
    return values
