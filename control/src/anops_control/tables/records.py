"""The lines of a CSV file as lists of cells, each still as it was written, quotes included."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_LINES = 10_000
"""A cell that is longer has a quote that is never closed."""


def records(lines: Iterable[str], separator: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each row, and the row's own text with its line end.

    Args:
        lines: The file, line by line.
        separator: What stands between cells.
    """
    for row in whole_rows(lines):
        yield cells_of(row.rstrip("\r\n"), separator), row


def whole_rows(lines: Iterable[str]) -> Iterator[str]:
    """Yield the text of each row with its line end; a cell in quotes may hold line ends of its own.

    Args:
        lines: The file, line by line.
    """
    open_text, quotes, count = "", 0, 0
    for line in lines:
        if not count and '"' not in line:
            yield line
            continue
        quotes += line.count('"')
        count += 1
        open_text = open_text + line if open_text else line
        if quotes % 2 and count < MOST_LINES:
            continue
        yield open_text
        open_text, quotes, count = "", 0, 0
    if open_text:
        yield open_text


def cells_of(row: str, separator: str) -> list[str]:
    """Return the cells of a row, quotes included."""
    return row.split(separator) if '"' not in row else _cell(separator).findall(row)


def text_of(cell: str) -> str:
    """Return a cell's text without the quotes around it."""
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def written(text: str, separator: str = ",") -> str:
    """Write a text as a cell, in quotes where it needs them."""
    if text and text != "NA" and not needs_quotes(text, separator):
        return text
    return '"' + text.replace('"', '""') + '"'


def needs_quotes(text: str, separator: str = ",") -> bool:
    """Say whether a text can't stand in a cell without quotes."""
    return text != text.strip() or any(sign in text for sign in (separator, *'"\r\n'))


def moved(cell: str, separator: str = ",") -> str:
    """Return a cell as it is written in a file with another separator; what is unquoted stays so where it can."""
    return cell if cell.startswith('"') or separator not in cell else written(cell, separator)


@lru_cache
def _cell(separator: str) -> re.Pattern[str]:
    mark = re.escape(separator)
    return re.compile(rf'(?:^|(?<={mark}))("(?:[^"]|"")*"[^{mark}]*|[^{mark}]*)(?:{mark}|\Z)', re.DOTALL)
