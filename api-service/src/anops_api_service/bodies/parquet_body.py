"""From a Parquet file to frames: what it holds is at its end, so that all of it is read before its first row."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.parquet_moments import with_moments
from pyarrow import ipc, parquet

from anops_api_service.bodies.arrow_body import PIECE_ROWS, ArrowReader
from anops_api_service.bodies.media import too_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.notices import Notices
    from anops_model_interface.schema import Schema

    from anops_api_service.sent import Decoded


class ParquetReader:
    """Reads one body: its bytes are kept, its rows are unpacked some at a time and read as those of Arrow are."""

    def __init__(self, schema: Schema, options: Mapping[str, object], *, model: str = "", most: int) -> None:
        """Begin a body.

        Args:
            schema: What the model takes.
            options: Options from the query.
            model: The model's name, for messages.
            most: The largest row group in bytes, decompressed.
        """
        self._rows = ArrowReader(schema, options, model=model, most=most)
        self._most = most
        self._parts: list[bytes] = []
        self._held = 0

    @property
    def notices(self) -> Notices:
        """What is told of all rows so far."""
        return self._rows.notices

    @property
    def held(self) -> int:
        """How much of the body is kept."""
        return self._held + self._rows.held

    def feed(self, data: bytes) -> Iterator[Decoded]:
        """Take in bytes; there are no rows before the end."""
        self._parts.append(data)
        self._held += len(data)
        return iter(())

    def finish(self) -> Iterator[Decoded]:
        """Return all rows, piece by piece.

        Raises:
            AnOpsError: The body is no Parquet, or does not fit.
        """
        sink, body = io.BytesIO(), b"".join(self._parts)
        self._parts.clear()
        try:
            file = parquet.ParquetFile(pa.BufferReader(body))
            groups = file.metadata
            if any(groups.row_group(i).total_byte_size > self._most for i in range(groups.num_row_groups)):
                raise too_large(self._most)
            schema = with_moments(file)
            with ipc.new_stream(sink, schema) as stream:
                yield from self._rows.feed(_taken(sink))
                for batch in file.iter_batches(batch_size=PIECE_ROWS, use_threads=False):
                    stream.write_batch(batch if batch.schema.equals(schema) else batch.cast(schema))
                    yield from self._rows.feed(_taken(sink))
        except (pa.ArrowException, OSError, ValueError) as error:
            said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
            raise AnOpsError(
                Code.BODY_SYNTAX,
                f"Can't read the body as Parquet ({said}).",
                remedy="Write it again, with pandas: df.to_parquet(file); with polars: df.write_parquet(file).",
            ) from error
        yield from self._rows.feed(_taken(sink))
        yield from self._rows.finish()


def _taken(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data
