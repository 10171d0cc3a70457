"""Cells of a CSV file in columns, each still as it was written, quotes included.

Neither Python's `csv` (before 3.12) nor the common readers say whether a cell was quoted, and the difference
between NA and "NA" is all there is to tell a missing value from a text. Arrow's reader could, but its faults
name no row, and it weighs more than the whole service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anops_model_interface.errors import AnOpsError, Code

_CELL = {
    delimiter: re.compile(rf'("(?:[^"]|"")*"|[^{delimiter}"\r\n]*)({delimiter}|\r\n|\n|\r|\Z)')
    for delimiter in (",", ";", "\t")
}
_ENDS = re.compile(r"(?:\r\n|\n|\r)+\Z")


@dataclass(frozen=True, slots=True)
class Cells:
    """A CSV file.

    Attributes:
        header: The columns' names.
        columns: Their cells, quotes included.
        rows: The number of rows.
        delimiter: What stands between cells.
    """

    header: list[str]
    columns: list[list[str]]
    rows: int
    delimiter: str


def unquoted(cell: str) -> str:
    """Return the text of a cell without the quotes around it."""
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def read_cells(text: str, names: frozenset[str]) -> Cells:
    """Split a CSV text into columns.

    Args:
        text: The file, without byte order mark.
        names: The columns the model has, by which the delimiter is recognised.

    Raises:
        AnOpsError: `BODY_SYNTAX` or `BODY_SHAPE`; the text says in which line.
    """
    text = _ENDS.sub("", text)
    if not text:
        raise AnOpsError(
            Code.BODY_SYNTAX,
            "Can't read the body as CSV: it is empty.",
            remedy="Send a first line with the columns' names, then one line for each row.",
        )
    delimiter = _delimiter(text, names)
    if '"' in text:
        cells, ends = _split_quoted(text, delimiter)
    else:
        cells, ends = _split_plain(text, delimiter)
    width = ends[0]
    header = [unquoted(name).strip() for name in cells[:width]]
    _check_header(header)
    rows = len(ends) - 1
    if ends != list(range(width, width * (rows + 1) + 1, width)):
        _ragged(text, delimiter, width)
    return Cells(header, [cells[width + j :: width] for j in range(width)], rows, delimiter)


def _delimiter(text: str, names: frozenset[str]) -> str:
    first = text.split("\n", 1)[0]

    def score(delimiter: str) -> tuple[int, int]:
        found = [unquoted(cell).strip() for cell, _ in _CELL[delimiter].findall(first)]
        return sum(name in names for name in found), len(found)

    # a comma where nothing speaks for another
    return max((",", ";", "\t"), key=score)


def _split_plain(text: str, delimiter: str) -> tuple[list[str], list[int]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ends: list[int] = []
    total = 0
    for line in lines:
        total += line.count(delimiter) + 1
        ends.append(total)
    return delimiter.join(lines).split(delimiter), ends


def _split_quoted(text: str, delimiter: str) -> tuple[list[str], list[int]]:
    pairs = _CELL[delimiter].findall(text)
    if sum(len(cell) + len(end) for cell, end in pairs) != len(text):
        _stray_quote(text, delimiter)
    # a match of nothing at the very end, unless the text ends with a delimiter
    if len(pairs) > 1 and pairs[-1] == ("", "") and pairs[-2][1] != delimiter:
        pairs.pop()
    ends = [i for i, (_, end) in enumerate(pairs, start=1) if end != delimiter]
    return [cell for cell, _ in pairs], ends


def _check_header(header: list[str]) -> None:
    twice = [name for i, name in enumerate(header) if name and name in header[:i]]
    if twice:
        raise AnOpsError(
            Code.BODY_SHAPE,
            f"Can't read the body as CSV: column `{twice[0]}` is there twice.",
            remedy="Give each column a name of its own.",
        )
    unnamed = 0
    for i, name in enumerate(header):
        if not name:
            unnamed += 1  # the row names of R's write.csv have no name
            header[i] = "(no name)" if unnamed == 1 else f"(no name {unnamed})"


def _ragged(text: str, delimiter: str, width: int) -> None:
    """Say in which line the number of cells is wrong."""
    first = line = 1
    row = count = 0
    for match in _CELL[delimiter].finditer(text):
        cell, end = match.groups()
        count += 1
        line += _breaks(cell)
        if end == delimiter:
            continue
        if count != width:
            raise AnOpsError(
                Code.BODY_SHAPE,
                f"Can't read the body as CSV: every line must have {width} cells like the first; "
                f"row {row} (line {first}) has {count if count > 1 or cell else 0}.",
                remedy="Put quotes around a text that holds a comma or a line break." if count > width else None,
            )
        first = line = line + 1
        row, count = row + 1, 0


def _stray_quote(text: str, delimiter: str) -> None:
    """Say in which line a quote stands where none can be."""
    at = 0
    for match in _CELL[delimiter].finditer(text):
        if match.start() != at:
            break
        at = match.end()
    raise AnOpsError(
        Code.BODY_SYNTAX,
        f"Can't read the body as CSV: line {1 + _breaks(text[:at])} has a quote inside a cell, "
        "or one that is never closed.",
        remedy='Put quotes around the whole cell, and write a quote inside it twice: "a ""b"" c".',
    )


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
