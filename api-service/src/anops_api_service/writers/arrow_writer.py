"""Predictions as an Arrow stream."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, missing_column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec
from pyarrow import ipc

from anops_api_service.writers.writer import Closing, check_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import Schema

ARROW = "application/vnd.apache.arrow.stream"


class ArrowWriter:
    """Writes an answer as an Arrow stream: a missing value is null, a category with levels a dictionary."""

    content_type = ARROW
    warns = False

    def __init__(self, schema: Schema) -> None:
        """Begin an answer.

        Args:
            schema: What it says of the answer's columns decides their types.
        """
        self._outputs: Mapping[str, ColumnSpec] = schema.outputs
        self._sink = io.BytesIO()
        self._specs: dict[str, ColumnSpec] = {}
        self._schema: pa.Schema | None = None
        self._stream: ipc.RecordBatchStreamWriter | None = None

    def rows(self, frame: Frame) -> bytes:
        """Write the next rows, the first with the columns' names and types before them."""
        batch = self.batch(frame)
        if self._stream is None:
            self._stream = ipc.new_stream(self._sink, batch.schema)
        if frame.rows:
            self._stream.write_batch(batch)
        return self._taken()

    def batch(self, frame: Frame) -> pa.RecordBatch:
        """Return rows as a record batch; its types are those of the first.

        Raises:
            AnOpsError: `MODEL_OUTPUT`: they have other columns than those before.
        """
        if self._schema is None:
            self._specs = {column.name: self._spec(column) for column in frame.columns}
            self._schema = pa.schema([pa.field(name, _type(spec)) for name, spec in self._specs.items()])
        check_columns(frame, tuple(self._specs))
        arrays = [_array(column, self._specs[column.name]) for column in frame.columns]
        return pa.record_batch(arrays, schema=self._schema)

    def close(self, _: Closing) -> bytes:
        """Write the mark of the end."""
        if self._stream is not None:
            self._stream.close()
        return self._taken()

    def _spec(self, column: Column) -> ColumnSpec:
        spec = self._outputs.get(column.name)
        return spec if spec is not None and spec.type == column.type else ColumnSpec(type=column.type)

    def _taken(self) -> bytes:
        data = self._sink.getvalue()
        self._sink.seek(0)
        self._sink.truncate()
        return data


def _type(spec: ColumnSpec) -> pa.DataType:
    if spec.type == "category" and spec.levels is not None:
        return pa.dictionary(pa.int32(), pa.string(), ordered=spec.ordered)
    return {
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz=spec.timezone or "UTC"),
    }.get(spec.type, pa.string())


def _array(column: Column, spec: ColumnSpec) -> pa.Array:
    if column.type != spec.type:
        column = _in_the_first_type(column, spec)
    missing = column.is_missing()
    mask = missing if missing.any() else None
    if spec.type == "category" and spec.levels is not None:
        return _dictionary(column.values, mask, spec.levels, ordered=spec.ordered)
    values = column.values
    if spec.type in {"date", "datetime"}:
        texts = [text.removesuffix("Z") or "NaT" for text in values.tolist()]
        values = np.array(texts, dtype="datetime64[D]" if spec.type == "date" else "datetime64[us]")
    return pa.array(values, type=_type(spec), mask=mask)


def _dictionary(
    values: np.ndarray, mask: np.ndarray | None, levels: tuple[str, ...], *, ordered: bool
) -> pa.DictionaryArray:
    codes = {level: i for i, level in enumerate(levels)}
    texts = values.tolist()
    if mask is not None:
        texts = [levels[0] if gone and levels else text for text, gone in zip(texts, mask.tolist(), strict=True)]
    for text in texts:  # a level that the schema does not know is still the model's answer
        codes.setdefault(text, len(codes))
    indices = pa.array(np.fromiter(map(codes.__getitem__, texts), dtype=np.int32, count=len(texts)), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(codes), type=pa.string()), ordered=ordered)


def _in_the_first_type(column: Column, spec: ColumnSpec) -> Column:
    """Bring a column whose type follows from its values alone into the type that the answer began with."""
    if column.is_missing().all():
        return missing_column(column.name, spec.type, len(column.values))
    if (column.type, spec.type) == ("integer", "number"):
        return Column(column.name, "number", np.where(column.is_missing(), np.nan, column.values.astype(np.float64)))
    raise AnOpsError(
        Code.MODEL_OUTPUT,
        f"Can't use the model's answers: column `{column.name}` holds {column.type} and {spec.type} values.",
        remedy="Declare its type under [model.outputs] in ao.toml.",
    )
