"""From an Arrow stream to frames."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
from anops_model_interface.errors import FaultCollector
from anops_model_interface.notices import Notices
from pyarrow import ipc

from anops_api_service.bodies.arrow_columns import column_of
from anops_api_service.bodies.arrow_messages import ArrowMessages, Message, MessageKind, broken
from anops_api_service.bodies.decoded import check
from anops_api_service.bodies.header import MOST_COLUMNS, too_many_columns, twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_model_interface.columns import Column
    from anops_model_interface.schema import Schema

    from anops_api_service.sent import Decoded

PIECE_ROWS = 1 << 14
"""How many rows of a record batch become a frame at a time."""


class ArrowReader:
    """Reads one body, piece by piece; each may be read in another thread.

    Attributes:
        notices: What is told of all rows so far.
    """

    def __init__(self, schema: Schema, options: Mapping[str, object], *, model: str = "", most: int) -> None:
        """Begin a body.

        Args:
            schema: What the model takes.
            options: Options from the query.
            model: The model's name, for messages.
            most: The largest record batch in bytes, decompressed.
        """
        self.notices = Notices()
        self._schema = schema
        self._options = options
        self._model = model
        self._messages = ArrowMessages(most)
        self._source = _Source()
        self._stream: ipc.RecordBatchStreamReader | None = None
        self._names: list[str] = []
        self._used: list[int] = []
        self._given = False

    @property
    def held(self) -> int:
        """How much of the body is kept."""
        return self._messages.held

    def feed(self, data: bytes) -> Iterator[Decoded]:
        """Take in bytes, and return the rows that can be read now.

        Raises:
            AnOpsError: They can't be read or do not fit; all faults of a piece together.
        """
        for message in self._messages.feed(data):
            self._source.push(message.data)
            if message.kind == MessageKind.SCHEMA:
                self._begin()
            if message.kind == MessageKind.BATCH:
                batch = self._batch(message)
                for start in range(0, batch.num_rows, PIECE_ROWS):
                    piece = batch.slice(start, PIECE_ROWS)
                    yield self._decoded([piece.column(i) for i in self._used], piece.num_rows)

    def finish(self) -> Iterator[Decoded]:
        """Return a piece of no rows for a body that has none.

        Raises:
            AnOpsError: The body is cut off, or its columns do not fit.
        """
        self._messages.finish()
        if self._stream is None:
            raise broken("it ends before it lists its columns")
        if not self._given:
            fields = self._stream.schema
            yield self._decoded([pa.nulls(0, fields.field(i).type) for i in self._used], 0)

    def _begin(self) -> None:
        if self._stream is not None:
            raise broken("it lists its columns twice")
        try:
            options = ipc.IpcReadOptions(use_threads=False)
            self._stream = ipc.open_stream(self._source, options=options)
            self._names = self._stream.schema.names
        except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError) as error:
            raise broken(f"the list of its columns can't be read ({_first_line(error)})") from error
        if len(self._names) > MOST_COLUMNS:
            raise too_many_columns("Arrow")
        seen: set[str] = set()
        for name in self._names:
            if name in seen:
                raise twice("Arrow", name)
            seen.add(name)
        self._used = [i for i, name in enumerate(self._names) if name in self._schema.inputs]

    def _batch(self, message: Message) -> pa.RecordBatch:
        if self._stream is None:
            raise broken("rows come before the list of its columns")
        try:
            batch = self._stream.read_next_batch()
            batch.validate(full=True)
        except (pa.ArrowException, OSError, ValueError, StopIteration, MemoryError) as error:
            before = self.notices.rows_before
            raise broken(f"the record batch behind row {before} can't be read ({_first_line(error)})") from error
        if self._source.left:
            raise broken(f"a record batch of {len(message.data)} bytes does not end where it says")
        return batch

    def _decoded(self, arrays: Sequence[pa.Array], rows: int) -> Decoded:
        told, self._given = self._given, True
        faults = FaultCollector(rows_before=self.notices.rows_before)
        broken_ones: set[str] = set()
        columns: list[Column] = []
        for i, array in zip(self._used, arrays, strict=True):
            name, found = self._names[i], faults.total
            try:
                columns.append(column_of(name, array, self._schema.inputs[name], faults))
            except (pa.ArrowException, UnicodeDecodeError) as error:
                raise broken(f"column `{name}` can't be read ({_first_line(error)})") from error
            if faults.total > found:
                broken_ones.add(name)
        decoded = check(
            columns,
            rows,
            self._options,
            self._schema,
            faults=faults,
            broken=broken_ones,
            ignored=[] if told else [name for name in self._names if name not in self._schema.inputs],
            model=self._model,
            notices=self.notices,
        )
        self.notices.rows_before += rows
        return decoded


class _Source(io.RawIOBase):
    """Whole messages for the Arrow library, which reads them as if from a file."""

    def __init__(self) -> None:
        super().__init__()
        self._data = memoryview(b"")

    @property
    def left(self) -> int:
        """How many bytes of them were not read."""
        return len(self._data)

    def push(self, data: bytes) -> None:
        """Add a message."""
        self._data = memoryview(bytes(self._data) + data) if self._data else memoryview(data)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return as much as is wanted and there."""
        size = len(self._data) if size < 0 else size
        taken, self._data = self._data[:size], self._data[size:]
        return bytes(taken)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
