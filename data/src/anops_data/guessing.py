"""Guesses the types of a CSV file's columns from samples of its rows; what is read later must fit, or is widened."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Literal

from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_SAMPLE = 1 << 19
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:Inf|inf)|NaN|nan")
_CODE = re.compile(r"[-+]?0\d+|\+\d+|[-+]?\d{16,}")
"""Digits that are no number: a leading zero, or more digits than a number keeps."""
_BOOLEAN = frozenset({"true", "false", "TRUE", "FALSE", "True", "False"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?")
_MOMENT_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)")
Kind = Literal["integer", "number", "boolean", "date", "datetime", "zoned", "string"]
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("number", _NUMBER),
    ("date", _DATE),
    ("datetime", _MOMENT),
    ("zoned", _MOMENT_WITH_ZONE),
)


def guessed(path: Path, names: Sequence[str], missing_words: Sequence[str]) -> dict[str, ColumnSpec]:
    """Guess the type of each column from the beginning, the middle and the end of a file."""
    cells: list[set[str]] = [set() for _ in names]
    for row in _rows(path):
        if len(row) == len(names):
            for column, cell in zip(cells, row, strict=True):
                column.add(cell)
    missing = frozenset(missing_words)
    return {name: spec_of(kind_of(cells[i] - missing)) for i, name in enumerate(names)}


def kind_of(cells: Iterable[str]) -> Kind | None:
    """Return the narrowest kind that all cells are of; None where there are none."""
    cells = list(cells)
    if not cells:
        return None
    if all(_INTEGER.fullmatch(cell) for cell in cells):
        return "integer" if all(abs(int(cell)) < 1 << 63 for cell in cells) else "string"
    if any(_CODE.fullmatch(cell) for cell in cells):
        return "string"
    for kind, form in _FORMS:
        if all(form.fullmatch(cell) for cell in cells):
            return kind
    return "boolean" if all(cell in _BOOLEAN for cell in cells) else "string"


def spec_of(kind: Kind | None) -> ColumnSpec:
    """Return a column of a kind; where nothing tells it, a number is assumed."""
    if kind is None:
        return ColumnSpec(type="number", assumed=True)
    if kind == "zoned":
        return ColumnSpec(type="datetime", timezone="UTC")
    return ColumnSpec(type=kind)


def widened(spec: ColumnSpec, cell: str) -> ColumnSpec:
    """Return a column that also takes a cell that was not of its type.

    Args:
        spec: The column as it was.
        cell: What Arrow says of the cell.
    """
    found = re.search(r"invalid value '(.*)'", cell, re.DOTALL)
    kind = kind_of({found[1]}) if found else "string"
    if spec.assumed and kind is not None:
        return spec_of(kind)
    if spec.type == "integer" and kind == "number":
        return ColumnSpec(type="number")
    if spec.type == "date" and kind == "datetime":
        return ColumnSpec(type="datetime")
    return ColumnSpec(type="string")


def _rows(path: Path) -> Iterator[list[str]]:
    size = path.stat().st_size
    with path.open("rb") as source:
        for place in sorted({0, max(0, size // 2), max(0, size - _SAMPLE)}) if size > _SAMPLE else (0,):
            source.seek(place)
            source.readline()  # the header, or half a row
            text = source.read(_SAMPLE)
            if place + len(text) < size:
                text = text[: text.rfind(b"\n") + 1]
            if place and _has_lines_in_quotes(text):
                continue  # whether it begins inside a text, nothing tells; what reads all of it widens the types
            with io.StringIO(text.decode("utf-8", "replace"), newline="") as lines:
                yield from _quietly(csv.reader(lines))


def _has_lines_in_quotes(text: bytes) -> bool:
    return any(line.count(b'"') % 2 for line in text.splitlines())


def _quietly(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error:
        return  # what reads all of it says it better
