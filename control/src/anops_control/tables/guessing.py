"""Tells how a CSV file is written, and asks where its numbers could be read in two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.tables.dialect import NAMES, Asked, Dialect
from anops_control.tables.encodings import checked_encoding, encoding_of
from anops_control.tables.records import cells_of, records, text_of
from anops_control.tables.written_numbers import could_mean, has_mark, plain_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from anops_control.tables.written_numbers import Mark

_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_MISSING = frozenset({"", "NA", "NaN", "nan"})
_GROUPED = rb"\d(?: |'|\xc2\xa0|\xe2\x80\xaf|\xe2\x80\x99)\d{3}|\xe2\x88\x92\d"
_ODD = {
    ",": re.compile(rb'"[-+]?[\d.]*\d,\d|' + _GROUPED),
    ";": re.compile(rb"\d[.,]\d|" + _GROUPED),
}
"""Bytes without which every number of a UTF-8 file is written with a decimal point or none, by the separator."""
_ODD_ELSE = re.compile(rb"\d,\d|" + _GROUPED)
_SIGNS = (b" ", b"'", b"\xc2\xa0", b"\xe2")
_MORE_SIGNS = {",": (b'"',), ";": (b".", b",")}
"""One of these, or of those of the separator, is in all that is odd: to look for them first takes a tenth of it."""


class AmbiguousNumbersError(CommandError):
    """A number of a file can be read in two ways, and nothing in the file says which is meant.

    Attributes:
        cell: The number.
    """

    cell = ""


def dialect_of(
    path: Path,
    file: str,
    asked: Asked,
    *,
    names: Collection[str] = (),
    numbers: frozenset[str] | None = None,
) -> Dialect:
    """Tell how a file is written.

    Args:
        path: The file.
        file: Its name, for messages.
        asked: What the person says of it.
        names: The columns that are expected, by which the separator is recognised.
        numbers: Those of them that are numbers; None: nobody knows.

    Raises:
        CommandError: It can't be told, or the file is no text.
    """
    encoding = checked_encoding(asked.encoding) if asked.encoding else encoding_of(path, file)
    with path.open(encoding=opened_as(encoding), newline="") as lines:
        empty, first = 0, next(lines, "")
        while first and not first.rstrip("\r\n"):
            empty, first = empty + 1, next(lines, "")
        told = _SEP_LINE.fullmatch(first.rstrip("\r\n"))
        header = next(lines, "") if told else first
    separator = asked.separator or (told[1] if told else _separator(header, names))
    before = empty + (told is not None)
    dialect = Dialect(encoding, separator, asked.decimal or ".", told is not None, before)
    if asked.decimal is None and not _may_be_odd(path, dialect):
        return dialect
    with path.open(encoding=opened_as(encoding), newline="") as lines:
        for _ in range(before):
            next(lines)
        columns = _columns(lines, dialect.separator, numbers)
    return _with_decimal(dialect, columns, asked, file)


@dataclass(slots=True)
class _Column:
    """What the cells of one column say of the decimal mark.

    Attributes:
        name: Its name.
        numbers: Whether every cell is a number in one way or another.
        only: For each mark, a cell that is a number with that mark alone, and its row.
        either: A cell such as 1.234 that is one with both, and its row.
    """

    name: str
    numbers: bool = True
    only: dict[Mark, tuple[str, int]] = field(default_factory=dict)
    either: tuple[str, int] | None = None

    def take(self, cell: str, row: int) -> None:
        marks = could_mean(cell)
        if marks is None:
            self.numbers = False
        elif len(marks) == 1:
            self.only.setdefault(next(iter(marks)), (cell, row))
        elif self.either is None and has_mark(cell):
            self.either = (cell, row)


def _columns(lines: Iterable[str], separator: str, numbers: frozenset[str] | None) -> list[_Column]:
    rows = records(lines, separator)
    header, _ = next(rows, ([], ""))
    columns = [_Column(text_of(cell)) for cell in header]
    known = numbers is not None
    looked = [
        (i, column)
        for i, column in enumerate(columns)
        if numbers is None or not numbers.isdisjoint({column.name, column.name.strip()})
    ]
    for row, (cells, _) in enumerate(rows, start=1):
        for i, column in looked:
            if i < len(cells) and (known or column.numbers) and (text := text_of(cells[i]).strip()) not in _MISSING:
                column.take(text, row)
    return [column for _, column in looked if known or column.numbers]


def _with_decimal(dialect: Dialect, columns: list[_Column], asked: Asked, file: str) -> Dialect:
    comma = next(((c.name, *c.only[","]) for c in columns if "," in c.only), None)
    point = next(((c.name, *c.only["."]) for c in columns if "." in c.only), None)
    either = next(((c.name, *c.either) for c in columns if c.either), None)
    decimal = asked.decimal
    if decimal is None and comma and point:
        raise CommandError(
            f"{file} has numbers with a decimal comma and with a decimal point: column `{comma[0]}` is {comma[1]} in "
            f"row {comma[2]}, column `{point[0]}` is {point[1]} in row {point[2]}.",
            remedy="Write all numbers in one way, or say which mark is the decimal one: --decimal , or --decimal .",
            code=Code.FILE_UNREADABLE,
        )
    if decimal is None and either and not comma and not point and _unsure(dialect, either[1]):
        raise _ambiguous(file, *either)
    decimal = decimal or ("," if comma else ".")
    wrong = point if decimal == "," else comma
    if wrong:
        mark = "comma" if decimal == "," else "point"
        raise CommandError(
            f"{file}: column `{wrong[0]}` is {wrong[1]} in row {wrong[2]}, which is not a number with a decimal "
            f"{mark}.",
            remedy=f"Write all numbers with a decimal {mark}, or leave out --decimal.",
            code=Code.FILE_UNREADABLE,
        )
    odd = [cell for _, cell, _ in (each for each in (either, comma, point) if each)]
    pairs = ((cell, plain_number(cell, decimal)) for cell in odd)
    example = next(((cell, plain) for cell, plain in pairs if plain is not None and plain != cell), None)
    return replace(dialect, decimal=decimal, example=example, numbers=frozenset(column.name for column in columns))


def _unsure(dialect: Dialect, cell: str) -> bool:
    """Say whether 1.234 may be 1234: never in a file as programs write them, with commas or tabs and a point."""
    return "," in cell or dialect.separator == ";" or dialect.encoding == "utf-16"


def _ambiguous(file: str, name: str, cell: str, row: int) -> AmbiguousNumbersError:
    with_point, with_comma = plain_number(cell, "."), plain_number(cell, ",")
    found = AmbiguousNumbersError(
        f"{file}: column `{name}` is {cell} in row {row}, which is {with_comma} with a decimal comma and "
        f"{with_point} with a decimal point; no other number of the file tells which is meant.",
        remedy=f"Choose one: --decimal , for {with_comma}, --decimal . for {with_point}.",
        code=Code.FILE_UNREADABLE,
    )
    found.cell = cell
    return found


def _separator(header: str, names: Collection[str]) -> str:
    """Find what stands between the names: whichever gives most that are known, else most names."""

    def score(separator: str) -> tuple[int, int]:
        found = [text_of(cell).strip() for cell in cells_of(header.rstrip("\r\n"), separator)]
        return sum(name in names for name in found), len(found)

    return max(NAMES, key=score)


def _may_be_odd(path: Path, dialect: Dialect) -> bool:
    """Say whether any number of a file may be written otherwise than with a decimal point and nothing else."""
    if dialect.encoding != "utf-8":
        return True
    odd = _ODD.get(dialect.separator, _ODD_ELSE)
    signs = (*_SIGNS, *_MORE_SIGNS.get(dialect.separator, (b",",)))
    before = b""
    with path.open("rb") as source:
        for chunk in iter(lambda: source.read(1 << 20), b""):
            data = before + chunk
            if any(sign in data for sign in signs) and odd.search(data):
                return True
            before = chunk[-20:]
    return False


def opened_as(encoding: str) -> str:
    """Return the encoding to read a file in, without a mark at its beginning."""
    return "utf-8-sig" if encoding == "utf-8" else encoding
