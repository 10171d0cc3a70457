"""A CSV file in any dialect as the one that services and languages read: UTF-8, commas, decimal points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.tables.guessing import opened_as
from anops_control.tables.records import moved, records, text_of
from anops_control.tables.written_numbers import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.tables.dialect import Dialect

_BUFFERED = 1 << 18


def rows_of(path: Path, dialect: Dialect, file: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each line, the names first, and the line itself; what stands above is left out.

    Raises:
        CommandError: The file is not in its encoding.
    """
    try:
        with path.open(encoding=opened_as(dialect.encoding), newline="") as lines:
            for _ in range(dialect.lines_before):
                next(lines)
            yield from records(lines, dialect.separator)
    except UnicodeError as error:
        raise CommandError(
            f"{file} is not in the encoding {dialect.encoding}: {error}.",
            remedy="Name another with --encoding, or save the file as CSV UTF-8.",
            code=Code.FILE_UNREADABLE,
        ) from error


def plain_csv(
    path: Path, dialect: Dialect, file: str, *, as_it_is: bool = True, na_is_missing: bool = False
) -> Iterator[bytes]:
    """Yield the file as UTF-8 with commas and decimal points.

    Args:
        path: The file.
        dialect: How it is written.
        file: Its name, for messages.
        as_it_is: Whether it keeps its lines, those above the names included.
        na_is_missing: Whether an unquoted NA becomes an empty cell.

    Raises:
        CommandError: The file is not in its encoding.
    """
    rows = rows_of(path, dialect, file)
    header, line = next(rows, ([], ""))
    rewrites = [text_of(cell) in dialect.numbers for cell in header]
    parts = [",".join(map(moved, header)), _end(line)]
    if as_it_is:  # so that a line keeps its number
        parts = ["\n" * (dialect.lines_before - dialect.told_separator), "sep=,\n" * dialect.told_separator, *parts]
    size = 0
    for cells, line in rows:
        if na_is_missing:
            cells = ["" if cell == "NA" else cell for cell in cells]  # noqa: PLW2901  the same row
        parts += [",".join(_cells(cells, rewrites, dialect)), _end(line)]
        size += len(line)
        if size > _BUFFERED:
            yield "".join(parts).encode()
            parts, size = [], 0
    yield "".join(parts).encode()


def _cells(cells: list[str], rewrites: list[bool], dialect: Dialect) -> Iterator[str]:
    for i, cell in enumerate(cells):
        number = None
        if i < len(rewrites) and rewrites[i]:
            number = plain_number(text_of(cell), dialect.decimal)
        if number is None:
            yield moved(cell)
        else:
            yield cell if number == text_of(cell) else number


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
