"""Cells of a CSV file in columns, each still as it was written, quotes included.

Neither Python's `csv` (before 3.12) nor the common readers say whether a cell was quoted, and the difference
between NA and "NA" is all there is to tell a missing value from a text. Arrow's reader could, but its faults
name no row, and it weighs more than the whole service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, repeat
from typing import NoReturn

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_api_service.bodies.csv_pieces import line_breaks
from anops_api_service.bodies.header import MOST_COLUMNS, too_many_columns, twice

_CELL = {
    # where no cell can be, all the rest is taken at once, without groups: to try again behind each letter takes long
    delimiter: re.compile(rf'("(?:[^"]+|"")*+"|[^{delimiter}"\r\n]*+)({delimiter}|\r\n|\n|\r|\Z)|[\s\S]+')
    for delimiter in (",", ";", "\t")
}

_SEP_LINE = re.compile(r'"?sep=([,;\t])"?(?:\r\n|\n|\r|\Z)', re.IGNORECASE)


MOST_HEADER = 1 << 22
"""How many letters the first line may have."""

_ENOUGH = 1 << 16
"""How many of them tell which delimiter there is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the first line of a CSV file says.

    Attributes:
        header: The columns' names.
        delimiter: What stands between cells.
        quotes_texts: Whether a name is quoted that needs no quotes, as are then the texts below it.
    """

    header: list[str]
    delimiter: str
    quotes_texts: bool = False


def unquoted(cell: str) -> str:
    """Return the text of a cell without the quotes around it."""
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def all_unquoted(cells: list[str]) -> list[str]:
    """Return the texts of many cells."""
    joined = "\0".join(cells)
    if '""' not in joined and joined.count("\0") == len(cells) - 1:
        return joined.replace('"', "").split("\0")
    return [unquoted(cell) for cell in cells]


def split_header(text: str, names: frozenset[str]) -> tuple[Layout, str | None]:
    """Take the first line off a CSV text, with empty lines above it.

    Args:
        text: The file or its first piece, without byte order mark.
        names: The columns the model has, by which the delimiter is recognised.

    Returns:
        What it says, and the lines after it; None where there are none.

    Raises:
        AnOpsError: `BODY_SYNTAX` or `BODY_SHAPE`.
    """
    start = len(text) - len(text.lstrip("\r\n"))
    if start == len(text):
        raise AnOpsError(
            Code.BODY_SYNTAX,
            "Can't read the body as CSV: it is empty.",
            remedy="Send a first line with the columns' names, then one line for each row.",
        )
    start, told = _told_delimiter(text, start)
    delimiter = told or _delimiter(text[start : start + _ENOUGH], names)
    written: list[str] = []
    end = start
    for match in _CELL[delimiter].finditer(text, start):
        if match[2] is None:
            _stray_quote(text, delimiter, 0)
        end = match.end()
        written.append(match[1])
        if match[2] != delimiter:
            break
        if len(written) > MOST_COLUMNS:
            raise too_many_columns("CSV")
    if end - start > MOST_HEADER:
        raise AnOpsError(
            Code.BODY_SHAPE,
            f"Can't read the body as CSV: its first line, with the columns' names, must have at most {MOST_HEADER:,} "
            f"letters, not {end - start:,}.",
            remedy="Send a first line with the columns' names, then one line for each row.",
        )
    header = _names(written, names)
    _check_header(header)
    quotes_texts = '"' in text[start:end] and any(_quoted_without_need(cell, delimiter) for cell in written)
    return Layout(header, delimiter, quotes_texts), text[end:] if match[2] else None


def read_cells(text: str, layout: Layout, *, lines_before: int, rows_before: int) -> list[list[str]]:
    """Split lines into columns.

    Args:
        text: Whole lines, the last without its end.
        layout: What the first line of the file says.
        lines_before: How many lines of the file came before.
        rows_before: How many rows of it came before.

    Returns:
        For each column of the header its cells, quotes included.

    Raises:
        AnOpsError: `BODY_SYNTAX` or `BODY_SHAPE`; the text says in which line.
    """
    width = len(layout.header)
    split = _split_quoted if '"' in text else _split_plain
    cells = split(text, layout.delimiter, width, lines_before)
    if cells is None:
        raise _ragged(text, layout.delimiter, width, lines_before=lines_before, rows_before=rows_before)
    return [cells[j::width] for j in range(width)]


def _told_delimiter(text: str, start: int) -> tuple[int, str]:
    """Read the line `sep=;` that spreadsheets write above the header: where the header begins, and the delimiter."""
    told = _SEP_LINE.match(text, start) if text[start] in '"sS' else None
    return (told.end(), told[1]) if told else (start, "")


def _names(written: list[str], known: frozenset[str]) -> list[str]:
    """Return the columns' names: blanks around one belong to it where the model has it so, or in quotes."""
    texts = [unquoted(cell) for cell in written]
    if known.issuperset(texts):
        return texts
    sent = set(texts)
    return [
        text if text in known or cell.startswith('"') or text.strip() in sent else text.strip()
        for cell, text in zip(written, texts, strict=True)
    ]


def _quoted_without_need(cell: str, delimiter: str) -> bool:
    text = cell[1:-1]
    return (
        cell.startswith('"') and text == text.strip() != "" and not any(sign in text for sign in (delimiter, *'"\r\n'))
    )


def _delimiter(text: str, names: frozenset[str]) -> str:
    first = text.split("\n", 1)[0]

    def score(delimiter: str) -> tuple[int, int]:
        found = [unquoted(cell) for cell, _ in _CELL[delimiter].findall(first)]
        return sum(name in names or name.strip() in names for name in found), len(found)

    # a comma where nothing speaks for another
    return max((",", ";", "\t"), key=score)


def _split_plain(text: str, delimiter: str, width: int, _: int) -> list[str] | None:
    """Return the cells of a text without quotes, row by row; None where a row has more or fewer than the first line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if set(map(str.count, lines, repeat(delimiter))) != {width - 1}:
        return None
    return text.replace("\n", delimiter).split(delimiter)


def _split_quoted(text: str, delimiter: str, width: int, lines_before: int) -> list[str] | None:
    """Do the same for a text with quotes."""
    if _is_simply_quoted(text, delimiter):
        return _split_plain(text, delimiter, width, lines_before)
    pairs = _CELL[delimiter].findall(text)
    if sum(map(len, chain.from_iterable(pairs))) != len(text):
        _stray_quote(text, delimiter, lines_before)
    # a match of nothing at the very end, unless the text ends with a delimiter
    if len(pairs) > 1 and pairs[-1] == ("", "") and pairs[-2][1] != delimiter:
        pairs.pop()
    cells, ends = zip(*pairs, strict=True)
    inside = set(chain.from_iterable(ends[j::width] for j in range(width - 1)))
    if len(cells) % width or inside - {delimiter} or delimiter in ends[width - 1 :: width]:
        return None
    return list(cells)


def _is_simply_quoted(text: str, delimiter: str) -> bool:
    """Say whether quotes stand around whole cells, and within them no character that ends cells elsewhere."""
    parts = text.split('"')
    outside, inside = parts[0::2], "".join(parts[1::2])
    ends = {"", delimiter, "\n", "\r"}
    return (
        len(parts) % 2 == 1
        and not any(end in inside for end in (delimiter, "\n", "\r"))
        and ends.issuperset({part[:1] for part in outside[1:]})
        and ends.issuperset({part[-1:] for part in outside[:-1]})
    )


def _check_header(header: list[str]) -> None:
    seen: set[str] = set()
    for name in header:
        if name and name in seen:
            raise twice("CSV", name)
        seen.add(name)
    unnamed = 0
    for i, name in enumerate(header):
        if not name:
            unnamed += 1  # the row names of R's write.csv have no name
            header[i] = "(no name)" if unnamed == 1 else f"(no name {unnamed})"


def _ragged(text: str, delimiter: str, width: int, *, lines_before: int, rows_before: int) -> AnOpsError:
    """Say in which line the number of cells is wrong."""
    first = line = lines_before + 1
    row, count = rows_before + 1, 0
    for match in _CELL[delimiter].finditer(text):
        cell, end = match.groups()
        count += 1
        line += line_breaks(cell)
        if end == delimiter:
            continue
        if count != width:
            break
        first = line = line + 1
        row, count = row + 1, 0
    return AnOpsError(
        Code.BODY_SHAPE,
        f"Can't read the body as CSV: every line must have {width} cells like the first; "
        f"row {row} (line {first}) has {count if count > 1 or cell else 0}.",
        remedy="Put quotes around a text that holds a comma or a line break."
        if count > width
        else "Remove the empty line."
        if not cell and count == 1
        else None,
    )


def _stray_quote(text: str, delimiter: str, lines_before: int) -> NoReturn:
    """Say in which line a quote stands where none can be."""
    at = 0
    for match in _CELL[delimiter].finditer(text):
        if match[2] is None:
            break
        at = match.end()
    raise AnOpsError(
        Code.BODY_SYNTAX,
        f"Can't read the body as CSV: line {lines_before + 1 + line_breaks(text[:at])} has a quote inside a cell, "
        "or one that is never closed.",
        remedy='Put quotes around the whole cell, and write a quote inside it twice: "a ""b"" c".',
    )
