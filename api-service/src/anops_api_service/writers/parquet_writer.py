"""Predictions as a Parquet file, of which a row group is in memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from anops_api_service.bodies.media import PARQUET
from anops_api_service.writers.arrow_writer import ArrowWriter

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import Schema

    from anops_api_service.writers.writer import Closing

GROUP_ROWS = 1 << 16
"""How many rows a row group has; small ones make files that are read slowly."""


class ParquetWriter(ArrowWriter):
    """Writes an answer as Parquet, with the types and missing values of an answer in Arrow."""

    content_type = PARQUET

    def __init__(self, schema: Schema) -> None:
        """Begin an answer.

        Args:
            schema: What it says of the answer's columns decides their types.
        """
        super().__init__(schema)
        self._file = _Sink()
        self._parquet: parquet.ParquetWriter | None = None
        self._batches: list[pa.RecordBatch] = []
        self._kept_rows = 0

    def rows(self, frame: Frame) -> bytes:
        """Take in the next rows, and write those before them once they make a row group."""
        batch = self.batch(frame)
        if self._parquet is None:
            self._parquet = parquet.ParquetWriter(pa.PythonFile(self._file, mode="w"), batch.schema)
        self._batches.append(batch)
        self._kept_rows += batch.num_rows
        if self._kept_rows >= GROUP_ROWS:
            self._write(self._parquet)
        return self._file.taken()

    def close(self, _: Closing) -> bytes:
        """Write the last row group, and the list of all."""
        if self._parquet is not None:
            if self._kept_rows:
                self._write(self._parquet)
            self._parquet.close()
        return self._file.taken()

    def _write(self, file: parquet.ParquetWriter) -> None:
        table = pa.Table.from_batches(self._batches).unify_dictionaries()
        file.write_table(table, row_group_size=max(table.num_rows, 1))
        self._batches, self._kept_rows = [], 0


class _Sink(io.RawIOBase):
    """Takes in a file from its beginning to its end, and hands it on bit by bit."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: object) -> int:
        """Take in bytes."""
        part = bytes(data)  # type: ignore[call-overload]  # whatever holds bytes
        self._parts.append(part)
        self._at += len(part)
        return len(part)

    def tell(self) -> int:
        """Return how much was written."""
        return self._at

    def taken(self) -> bytes:
        """Return what was written since it was asked last."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data
