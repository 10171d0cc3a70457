"""Numbers as people write them: 2,5 and 1.234,5 and 1 234.5, and what each says of its file's decimal mark."""

from __future__ import annotations

import re
from typing import Literal

Mark = Literal[".", ","]
"""A decimal mark."""

_SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f\u2019'](?=\d{3}(?!\d))")
"""Marks between thousands that are no decimal marks."""
_SIGN = r"[+-]?"
_GROUP = r"[1-9]\d{0,2}"
_EXPONENT = r"([eE][+-]?\d+)?"
_WHOLE = re.compile(rf"{_SIGN}\d+{_EXPONENT}")


def _patterns(mark: str, other: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    mark, other = re.escape(mark), re.escape(other)
    grouped = rf"{_SIGN}{_GROUP}({other}\d{{3}})+({mark}\d+)?"
    plain = rf"{_SIGN}(\d+{mark}\d*|{mark}\d+){_EXPONENT}"
    return re.compile(plain), re.compile(grouped)


_BY_MARK: dict[Mark, tuple[re.Pattern[str], re.Pattern[str]]] = {
    ".": _patterns(".", ","),
    ",": _patterns(",", "."),
}


def could_mean(cell: str) -> frozenset[Mark] | None:
    """Say with which decimal marks a cell is a number: both where it has none, or is 1.234; None: it is no number.

    Args:
        cell: The cell's text, without quotes.
    """
    text = _bare(cell)
    if _WHOLE.fullmatch(text):
        return frozenset({".", ","})
    # in 1 234,567 and in 1 234.567 the blank tells what the mark is
    spaced = text != _trimmed(cell)
    marks = frozenset(mark for mark in _BY_MARK if _reads(text, mark, spaced=spaced))
    return marks or None


def plain_number(cell: str, mark: Mark) -> str | None:
    """Write a cell's number as everyone reads it, or return None where it is none with this decimal mark."""
    text = _bare(cell)
    if _WHOLE.fullmatch(text):
        return text
    if not _reads(text, mark, spaced=False):
        return None
    other = "," if mark == "." else "."
    return text.replace(other, "").replace(mark, ".")


def has_mark(cell: str) -> bool:
    """Say whether a cell has a point or a comma, or marks between thousands."""
    return any(sign in cell for sign in ".,") or _SPACES.search(cell) is not None


def _reads(text: str, mark: Mark, *, spaced: bool) -> bool:
    plain, grouped = _BY_MARK[mark]
    return plain.fullmatch(text) is not None or (not spaced and grouped.fullmatch(text) is not None)


def _bare(cell: str) -> str:
    return _SPACES.sub("", _trimmed(cell))


def _trimmed(cell: str) -> str:
    return cell.strip().replace("\u2212", "-")
