"""Reads plain CSV with the types of a description: a cell is a value or missing by rule, never by a guess."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as arrow_csv
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_data.guessing import guessed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from anops_control.datasets.description import Description
    from anops_model_interface.schema import ColumnSpec

_BLOCK = 4 << 20
_PARSED = arrow_csv.ParseOptions(newlines_in_values=True)
"""Without it, Arrow cuts blocks within quoted cells, also far behind where no look at the beginning finds them."""
_CONVERSION = re.compile(r"In CSV column #(\d+): (?:Row #(\d+): )?CSV conversion error to [^:]+: (.*)", re.DOTALL)
_TYPES = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "category": pa.string(),
    "date": pa.date32(),
}


@dataclass(slots=True)
class ConversionError(Exception):
    """A cell is not of the type of its column.

    Attributes:
        column: The number of the column, from 0.
        row: The row, from 1; None: not known.
        cell: What is in the cell, as Arrow tells it.
    """

    column: int
    row: int | None
    cell: str


def arrow_type(spec: ColumnSpec) -> pa.DataType:
    """Return how a column is held."""
    if spec.type == "datetime":
        return pa.timestamp("us", spec.timezone)
    return _TYPES[spec.type]


def header_of(path: Path) -> list[str]:
    """Return the names of the columns.

    Raises:
        CommandError: There are none, or they are no names.
    """
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
        names = next(csv.reader(lines), [])
    if not names:
        raise CommandError(f"{path.name} is empty.", code=Code.NO_ROWS)
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise CommandError(
                f"Column {number} of {path.name} has no name.",
                remedy="Give it a name in the first line; from R, write without row names: "
                "write.csv(data, file, row.names = FALSE)",
                code=Code.FILE_UNREADABLE,
            )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CommandError(
            f"{path.name} has {names.count(twice)} columns named `{twice}`.",
            remedy="Give each column a different name.",
            code=Code.FILE_UNREADABLE,
        )
    return names


def csv_batches(path: Path, description: Description) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Open a kept CSV file."""
    names = header_of(path)
    return typed_batches(path, names, description.columns, description.missing_words)


def typed_batches(
    path: Path, names: Sequence[str], columns: Mapping[str, ColumnSpec], missing_words: Sequence[str]
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Open a plain CSV file, each column with its type.

    Only unquoted cells are missing values: `"NA"` and `""` in quotes are texts.

    Raises:
        ConversionError: A cell is not of its column's type; also later, from the batches.
        CommandError: A row has more or fewer cells than there are columns, or the file is not UTF-8.
    """
    types = {name: arrow_type(columns[name]) if name in columns else pa.string() for name in names}
    # times are of the zone that the description names: with an offset as moments, without one as clocks there
    zoned = _with_offsets(path, names, types, missing_words)
    read = {
        name: _as_written(has_offset=name in zoned) if pa.types.is_timestamp(kind) else kind
        for name, kind in types.items()
    }
    options = _options(read, missing_words)
    with _told(path):
        found = arrow_csv.open_csv(
            path,
            read_options=arrow_csv.ReadOptions(block_size=_BLOCK),
            parse_options=_PARSED,
            convert_options=options,
        )
    schema = pa.schema(list(types.items()))

    def placed() -> Iterator[pa.RecordBatch]:
        with _told(path):
            for batch in found:
                if read == types:
                    yield batch
                else:
                    yield pa.record_batch(
                        [_in_zone(batch.column(i), kind) for i, kind in enumerate(types.values())], schema
                    )

    return schema, placed()


def row_of(path: Path, name: str, spec: ColumnSpec, missing_words: Sequence[str]) -> int | None:
    """Find the first row, from 1, whose cell is not of the type of its column; in one thread, which counts them."""
    options = _options({name: arrow_type(spec)}, missing_words)
    options.include_columns = [name]
    try:
        with _told(path):
            for _ in arrow_csv.open_csv(
                path,
                read_options=arrow_csv.ReadOptions(block_size=_BLOCK, use_threads=False),
                parse_options=_PARSED,
                convert_options=options,
            ):
                pass
    except ConversionError as error:
        return error.row
    return None


def told_cell(text: str) -> str:
    """Return a cell as a person reads it, of what Arrow says of it."""
    found = re.search(r"invalid value '(.*)'", text, re.DOTALL)
    return f'"{found[1][:80]}"' if found else text


def _options(types: Mapping[str, pa.DataType], missing_words: Sequence[str]) -> arrow_csv.ConvertOptions:
    return arrow_csv.ConvertOptions(
        column_types=dict(types),
        null_values=list(missing_words),
        true_values=["true", "TRUE", "True", "T"],
        false_values=["false", "FALSE", "False", "F"],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        timestamp_parsers=[arrow_csv.ISO8601],
    )


def _as_written(*, has_offset: bool) -> pa.DataType:
    return pa.timestamp("us", "UTC" if has_offset else None)


def _with_offsets(
    path: Path, names: Sequence[str], types: Mapping[str, pa.DataType], missing_words: Sequence[str]
) -> set[str]:
    """Return the columns of moments, all of whose cells say their offset."""
    if not any(pa.types.is_timestamp(kind) and kind.tz is not None for kind in types.values()):
        return set()
    seen = guessed(path, names, missing_words)
    return {name for name in names if seen[name].type == "datetime" and seen[name].timezone is not None}


def _in_zone(column: pa.Array, kind: pa.DataType) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415  slow to import

    if not pa.types.is_timestamp(kind) or column.type == kind:
        return column
    if column.type.tz is not None or kind.tz is None:
        return column.cast(kind)
    return pc.assume_timezone(column, kind.tz, ambiguous="earliest", nonexistent="earliest")


class _told:  # noqa: N801  reads as a function
    """Says in plain words what Arrow says of a CSV file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, pa.ArrowInvalid):
            return
        text = str(error)
        if found := _CONVERSION.match(text):
            row = int(found[2]) - 1 if found[2] else None
            cell = found[3]
            if "invalid UTF8" in cell:
                raise CommandError(
                    f"{self._path.name} is not UTF-8 throughout: {cell}.",
                    remedy="Name its encoding with --encoding, or save it as CSV UTF-8.",
                    code=Code.FILE_UNREADABLE,
                ) from error
            raise ConversionError(int(found[1]), row, cell) from error
        if "Empty CSV" in text:
            raise CommandError(f"{self._path.name} is empty.", code=Code.NO_ROWS) from error
        raise CommandError(
            f"{self._path.name} can't be read: {text.removeprefix('CSV parse error: ').splitlines()[0]}.",
            remedy="Give each row as many cells as there are columns; a cell with a comma needs quotes.",
            code=Code.FILE_UNREADABLE,
        ) from error
