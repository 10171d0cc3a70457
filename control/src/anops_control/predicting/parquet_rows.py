"""Reads a Parquet file as a service takes its rows: as a stream of Arrow, some rows at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.parquet_moments import with_moments

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anops_control.datasets.port import Advance

_ROWS = 1 << 16


class _Pieces:
    """Takes what a writer writes, until it is sent."""

    def __init__(self) -> None:
        self._taken = bytearray()
        self.closed = False

    def write(self, data: Any) -> int:  # noqa: ANN401  whatever has bytes
        piece = memoryview(data)
        self._taken += piece
        return piece.nbytes

    def flush(self) -> None:
        """Do nothing: all is here."""

    def given(self) -> bytes:
        """Return what is there, and forget it."""
        piece = bytes(self._taken)
        self._taken.clear()
        return piece


def arrow_stream(path: Path, name: str, advance: Advance) -> Iterator[bytes]:
    """Yield the rows of a file as a stream of Arrow.

    Args:
        path: The file.
        name: What a person calls it.
        advance: Is told how many rows have gone, and of how many.

    Raises:
        CommandError: It can't be read.
    """
    from pyarrow import ipc  # noqa: PLC0415  it is slow to import

    with opened(path, name) as file:
        pieces: Any = _Pieces()
        done = 0
        schema = with_moments(file)
        with ipc.new_stream(pieces, schema) as writer:
            for batch in file.iter_batches(_ROWS):
                writer.write_batch(batch if batch.schema.equals(schema) else batch.cast(schema))
                yield pieces.given()
                done += batch.num_rows
                advance(done, file.metadata.num_rows)
        yield pieces.given()


def column_names(path: Path, name: str) -> list[str]:
    """Return the names of a file's columns."""
    with opened(path, name) as file:
        return list(file.schema_arrow.names)


def columns(path: Path, name: str, wanted: Sequence[str]) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return some columns of a file as a table."""
    with opened(path, name) as file:
        return file.read(columns=list(wanted))


@contextmanager
def opened(path: Path, name: str) -> Iterator[Any]:
    """Give a file, and say in plain words where it can't be read.

    Raises:
        CommandError: It is no Parquet, or is broken.
    """
    import pyarrow as pa  # noqa: PLC0415  it is slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415  the same

    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:  # else what is read stays in memory until the end
            yield file
    except pa.ArrowException as error:
        raise CommandError(
            f"{name} can't be read as Parquet: {str(error).splitlines()[0].rstrip('.')}.",
            remedy="Write it again; or save the rows as CSV or Arrow.",
            code=Code.FILE_UNREADABLE,
        ) from error
