"""The rows of a file, some at a time, from any row on: each can be sent, kept and shown by itself."""

from __future__ import annotations

import codecs
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from anops_model_interface.parquet_moments import with_moments

from anops_control.predicting import arrow_rows, parquet_rows
from anops_control.predicting.client import ARROW, CSV, PARQUET
from anops_control.tables.records import whole_rows, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from anops_control.predicting.sent_file import SentFile


class Piece(Protocol):
    """Some rows of a file."""

    @property
    def rows(self) -> int:
        """How many there are."""

    def body(self, places: Sequence[int]) -> bytes:
        """Return some of them as the service takes them, by their places here (0-based)."""

    def cells(self, place: int) -> str:
        """Return one of them as a line of CSV, without its end."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows of a CSV file."""

    header: str
    texts: list[str]

    @property
    def rows(self) -> int:
        return len(self.texts)

    def body(self, places: Sequence[int]) -> bytes:
        return "\n".join([self.header, *(self.texts[place] for place in places), ""]).encode()

    def cells(self, place: int) -> str:
        return self.texts[place]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of an Arrow or Parquet file."""

    batch: Any

    @property
    def rows(self) -> int:
        return int(self.batch.num_rows)

    def body(self, places: Sequence[int]) -> bytes:
        import pyarrow as pa  # noqa: PLC0415  it is slow to import

        sink = pa.BufferOutputStream()
        whole = len(places) == self.rows
        with pa.ipc.new_stream(sink, self.batch.schema) as writer:
            writer.write_batch(self.batch if whole else self.batch.take(pa.array(places, pa.int64())))
        return bytes(sink.getvalue())

    def cells(self, place: int) -> str:
        values = [column[place].as_py() for column in self.batch.columns]
        return ",".join("" if value is None else written(str(value)) for value in values)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file in pieces.

    Attributes:
        sent: The file.
        size: How many rows a piece has; the last has fewer.
    """

    sent: SentFile
    size: int

    @property
    def media_type(self) -> str:
        """What the body of a piece is written in."""
        return CSV if self.sent.media_type == CSV else ARROW

    def header(self) -> str:
        """Return the names of the columns as a line of CSV, without its end."""
        if self.sent.media_type == CSV:
            return next(_texts(self.sent), "")
        return ",".join(written(name) for name in self.sent.columns)

    def nothing(self) -> Piece:
        """Return a piece with the columns of the file, and no row."""
        if self.sent.media_type == CSV:
            return _Lines(self.header(), [])
        with _opened(self.sent) as (schema, _):
            return _Batch(_none(schema))

    def after(self, done: int) -> Iterator[Piece]:
        """Yield the pieces behind so many rows."""
        return self._lines(done) if self.sent.media_type == CSV else self._batches(done)

    def _lines(self, done: int) -> Iterator[Piece]:
        texts = _texts(self.sent)
        header = next(texts, "")
        there = self.sent.kept(())  # it knows which blank lines at the end are no rows
        rows: list[str] = []
        for i, (row, _) in enumerate(zip(texts, there, strict=False)):
            if i < done:
                continue
            rows.append(row)
            if len(rows) == self.size:
                yield _Lines(header, rows)
                rows = []
        if rows:
            yield _Lines(header, rows)

    def _batches(self, done: int) -> Iterator[Piece]:
        before = 0
        with _opened(self.sent, self.size) as (_, batches):
            for batch in batches:
                start = max(0, done - before)
                before += batch.num_rows
                for first in range(start, batch.num_rows, self.size):
                    yield _Batch(batch.slice(first, self.size))


def _texts(sent: SentFile) -> Iterator[str]:
    return (row.rstrip("\r\n") for row in whole_rows(_text_lines(sent.body())))


def _text_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a text in UTF-8 that comes bit by bit."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    left = ""
    for chunk in chunks:
        *lines, left = (left + decoder.decode(chunk)).split("\n")
        yield from (line + "\n" for line in lines)
    if left:
        yield left


@contextmanager
def _opened(sent: SentFile, size: int = 1) -> Iterator[tuple[Any, Iterator[Any]]]:
    """Give the columns of a Parquet or Arrow file, and its batches, of which few are in memory."""
    if sent.media_type == PARQUET:
        with parquet_rows.opened(sent.path, sent.name) as file:
            schema = with_moments(file)
            yield schema, (batch.cast(schema) for batch in file.iter_batches(size))
        return
    with arrow_rows.batches(sent.path, sent.name) as read:
        yield read


def _none(schema: Any) -> Any:  # noqa: ANN401  pyarrow has no types
    import pyarrow as pa  # noqa: PLC0415  it is slow to import

    return pa.record_batch([pa.array([], field.type) for field in schema], schema=schema)
