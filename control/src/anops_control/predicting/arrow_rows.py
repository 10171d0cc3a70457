"""Reads rows in either form of Arrow, whatever the file is called: a file, or a stream that was saved."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC = b"ARROW1"


def is_stream(path: Path) -> bool:
    """Say whether a file holds a stream: only the other form says at its begin what it is."""
    with path.open("rb") as source:
        return source.read(len(_MAGIC)) != _MAGIC


def table(path: Path, name: str) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return all rows as a table, of which nothing is in memory."""
    with _opened(path, name) as reader:
        return reader.read_all()


@contextmanager
def batches(path: Path, name: str) -> Iterator[tuple[Any, Iterator[Any]]]:
    """Give the columns, and the rows some at a time."""
    with _opened(path, name) as reader:
        if is_stream(path):
            yield reader.schema, iter(reader)
        else:
            yield reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415  it is slow to import
    from pyarrow import ipc  # noqa: PLC0415  the same

    try:
        with (ipc.open_stream if is_stream(path) else ipc.open_file)(pa.memory_map(str(path))) as reader:
            yield reader
    except (pa.ArrowException, OSError) as error:
        raise CommandError(
            f"{name} can't be read as Arrow: {str(error).splitlines()[0].rstrip('.')}.",
            remedy="Write it again; or save the rows as CSV or Parquet.",
            code=Code.FILE_UNREADABLE,
        ) from error
