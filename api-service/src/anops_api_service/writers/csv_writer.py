"""Predictions as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from anops_api_service.writers.writer import Closing, check_columns

if TYPE_CHECKING:
    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame

    from anops_api_service.bodies.named_csv import NamedCsv

_QUOTED = frozenset('",\r\n')
_INFINITIES = {"inf": "Inf", "-inf": "-Inf", "nan": "NA"}


class CsvWriter:
    """Writes an answer as CSV.

    A missing value is NA, because a file of one column with an empty cell has an empty line, which many
    readers skip; so a text NA is quoted, and an empty text too.

    Attributes:
        like: What the rows were read from: where that has no line of names, the answer has none either.
    """

    warns = False

    def __init__(self) -> None:
        self.like: NamedCsv | None = None
        self._names: tuple[str, ...] | None = None

    @property
    def content_type(self) -> str:
        """The header of that name."""
        return "text/csv; charset=utf-8; header=absent" if self._is_bare else "text/csv; charset=utf-8"

    @property
    def _is_bare(self) -> bool:
        return self.like is not None and self.like.is_headless

    def rows(self, frame: Frame) -> bytes:
        """Write the next rows, the first with the columns' names before them."""
        header = ""
        if self._names is None:
            self._names = frame.names()
            header = "" if self._is_bare else ",".join(map(_cell, self._names)) + "\n"
        check_columns(frame, self._names)
        if not frame.rows:
            return header.encode()
        columns = [_cells(column) for column in frame.columns]
        lines = columns[0] if len(columns) == 1 else map(",".join, zip(*columns, strict=True))
        return f"{header}{chr(10).join(lines)}\n".encode()

    def close(self, _: Closing) -> bytes:
        """Write nothing: the last line has its end."""
        return b""


def _cells(column: Column) -> list[str]:
    if column.type == "number":
        return _numbers(column.values)
    values = column.values.tolist()
    if column.type in {"integer", "boolean"}:
        cells = _encoded(values)
    else:
        known = {text: _cell(text) for text in set(values)}
        cells = list(map(known.__getitem__, values))
    if column.missing is not None:
        for i in np.flatnonzero(column.missing).tolist():
            cells[i] = "NA"
    return cells


def _numbers(values: np.ndarray) -> list[str]:
    """Write each number with as few digits as tell it from all others."""
    if np.isfinite(values).all():
        return _encoded(values.tolist())
    # JSON has neither infinities nor NaN
    cells = _encoded(np.where(np.isfinite(values), values, 0.0).tolist())
    for i in np.flatnonzero(~np.isfinite(values)).tolist():
        cells[i] = _INFINITIES[str(values[i])]
    return cells


def _encoded(values: list[Any]) -> list[str]:
    return msgspec.json.encode(values)[1:-1].decode().split(",")


def _cell(text: str) -> str:
    if text in {"", "NA"} or not _QUOTED.isdisjoint(text) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
