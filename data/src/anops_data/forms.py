"""Tells how a file of rows is written, and opens each form as batches of typed columns."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_data.csv_reading import csv_batches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.datasets.description import Description, Form

_BY_ENDING: dict[str, Form] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet", ".arrow": "arrow",
    ".feather": "arrow", ".ipc": "arrow", ".rds": "rds",
}  # fmt: skip
_ROWS = 1 << 16


def form_of(path: Path) -> Form:
    """Tell how a file is written: by its first bytes, else by the end of its name.

    Raises:
        CommandError: It is not there, or of no form that can be kept.
    """
    try:
        with path.open("rb") as source:
            begin = source.read(8)
    except (FileNotFoundError, NotADirectoryError):
        raise CommandError(
            f"There is no file `{path}`.", remedy="Name the file of the rows.", code=Code.FILE_NOT_FOUND
        ) from None
    except IsADirectoryError:
        raise CommandError(
            f"`{path}` is a folder.", remedy="Name the file of the rows.", code=Code.FILE_UNREADABLE
        ) from None
    if begin.startswith(b"PAR1"):
        return "parquet"
    if begin.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow"
    if begin[:4] == b"FEA1":
        raise CommandError(
            f"{path} is a Feather file of version 1, which can't be kept.",
            remedy="Write it as Feather version 2 or as Parquet.",
            code=Code.FILE_UNREADABLE,
        )
    form = _BY_ENDING.get(path.suffix.lower())
    if form in {"parquet", "arrow"}:
        raise CommandError(
            f"{path} is no {form.capitalize()} file, though its name says so.", code=Code.FILE_UNREADABLE
        )
    if form is not None:
        return form
    raise CommandError(
        f"{path} has a form that datasets can't be kept in.",
        details=["These are CSV (.csv), Parquet (.parquet), Arrow or Feather (.arrow, .feather), and RDS (.rds)."],
        remedy="Write it in one of them.",
        code=Code.FILE_UNREADABLE,
    )


@contextmanager
def batches(path: Path, description: Description) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Open a version as batches of rows, with the types of its description.

    Raises:
        CommandError: It can't be read.
    """
    match description.form:
        case "csv":
            yield csv_batches(path, description)
        case "parquet":
            with opened_parquet(path) as file:
                yield file.schema_arrow, file.iter_batches(batch_size=_ROWS)
        case "arrow":
            with opened_arrow(path) as reader:
                yield reader
        case _:
            raise CommandError(
                f"{path.name} is an RDS file, which only R can read.",
                remedy="Read it in R: anops::data_read(); or keep it as Parquet or CSV.",
                code=Code.FILE_UNREADABLE,
            )


@contextmanager
def opened_parquet(path: Path) -> Iterator[Any]:
    """Open a Parquet file; what is read of it is not kept until its end, as pyarrow's default would."""
    with _readable(path, "Parquet"), pa.parquet.ParquetFile(path, pre_buffer=False) as file:
        yield file


@contextmanager
def opened_arrow(path: Path) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Open an Arrow file, or a stream in a file."""
    with _readable(path, "Arrow"), pa.memory_map(str(path)) as source:
        if source.read(6) == b"ARROW1":
            reader = pa.ipc.open_file(source)
            yield reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            source.seek(0)
            stream = pa.ipc.open_stream(source)
            yield stream.schema, iter(stream)


@contextmanager
def _readable(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except pa.ArrowException as error:
        raise CommandError(
            f"{path} can't be read as {what}: {str(error).splitlines()[0]}.",
            remedy="Write the file again: it may not be whole.",
            code=Code.FILE_UNREADABLE,
        ) from error
