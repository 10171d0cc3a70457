"""From a CSV body to a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.columns import MAX_EXACT, Column, column_from_array, report_rows
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.notices import Notices
from anops_model_interface.stand_ins import stand_in
from anops_model_interface.words import article

from anops_api_service.bodies.csv_cells import Layout, all_unquoted, read_cells, split_header
from anops_api_service.bodies.csv_numbers import read_number, what_it_must_be
from anops_api_service.bodies.csv_pieces import CsvPieces, line_breaks
from anops_api_service.bodies.csv_texts import TextColumns
from anops_api_service.bodies.decoded import check, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.schema import ColumnSpec, Schema

    from anops_api_service.sent import Decoded

_MISSING = frozenset({"", "NA"})
_NUMBERS = {"Inf": math.inf, "-Inf": -math.inf, "inf": math.inf, "-inf": -math.inf, "NaN": math.nan}
_BOOLEANS = {
    "TRUE": True, "true": True, "True": True, "T": True, "1": True,
    "FALSE": False, "false": False, "False": False, "F": False, "0": False,
}  # fmt: skip
_WORDS = frozenset({"TRUE", "true", "True", "FALSE", "false", "False"})
"""How programs write true and false, of which no one else makes use as a number or a level."""


@dataclass(frozen=True, slots=True)
class CsvBody:
    """Reads CSV bodies for one schema.

    Attributes:
        schema: What the model takes.
        model: The model's name, for messages.
    """

    schema: Schema
    model: str = ""

    def reader(self, charset: str, options: Mapping[str, object]) -> CsvReader:
        """Return a reader for one body.

        Args:
            charset: The body's encoding.
            options: Options from the query.
        """
        return CsvReader(self, CsvPieces(charset), options)

    def read(self, data: bytes, options: Mapping[str, object], *, charset: str = "utf-8") -> Decoded:
        """Read a whole body.

        Raises:
            AnOpsError: It can't be read or does not fit; all faults together.
        """
        reader = self.reader(charset, options)
        return together([*reader.feed(data), *reader.finish()], reader.notices)


@dataclass(slots=True)
class CsvReader:
    """Reads one body, piece by piece; each may be read in another thread.

    Attributes:
        body: For which schema.
        pieces: Cuts the file behind whole rows.
        options: Options from the query.
        notices: What is told of all rows so far.
    """

    body: CsvBody
    pieces: CsvPieces
    options: Mapping[str, object]
    notices: Notices = field(default_factory=Notices)
    _layout: Layout | None = None
    _texts: TextColumns = field(init=False)

    def __post_init__(self) -> None:
        self._texts = TextColumns(self.notices)

    @property
    def held(self) -> int:
        """How much of the body is kept."""
        return self.pieces.held

    def feed(self, data: bytes) -> Iterator[Decoded]:
        """Take in bytes, and return the rows that can be read now.

        Raises:
            AnOpsError: They can't be read or do not fit; all faults of a piece together.
        """
        before = self.pieces.lines
        text = self.pieces.feed(data)
        if text is not None:
            yield self._read(text, before)

    def finish(self) -> Iterator[Decoded]:
        """Return the last rows; a body without rows has one piece, which has none.

        Raises:
            AnOpsError: They can't be read or do not fit; all faults of a piece together.
        """
        before = self.pieces.lines
        text = self.pieces.finish()
        if text is not None:
            yield self._read(text, before)

    def _read(self, text: str, lines_before: int) -> Decoded:
        schema, before = self.body.schema, self.notices.rows_before
        rest: str | None = text
        layout = self._layout
        ignored: list[str] = []
        if layout is None:
            layout, rest = split_header(text, frozenset(schema.inputs))
            self._layout, self._texts.quotes_texts = layout, layout.quotes_texts
            ignored = [name for name in layout.header if name not in schema.inputs]  # told once
            lines_before = line_breaks(text) - line_breaks(rest) if rest is not None else 0
        cells: list[list[str]] = [[] for _ in layout.header]
        if rest is not None:
            cells = read_cells(rest, layout, lines_before=lines_before, rows_before=before)
        faults = FaultCollector(rows_before=before)
        columns: list[Column] = []
        # Python reads `1_000` and digits of other scripts as numbers, others do not
        lines = rest or ""
        quoted, plain = '"' in lines, lines.isascii() and "_" not in lines
        for name, written in zip(layout.header, cells, strict=True):
            spec = schema.inputs.get(name)
            if spec is not None:
                columns.append(self._column(name, written, spec, faults, quoted=quoted, plain=plain))
        rows = len(cells[0])
        decoded = check(
            columns,
            rows,
            self.options,
            schema,
            faults=faults,
            ignored=ignored,
            model=self.body.model,
            notices=self.notices,
        )
        self.notices.rows_before += rows
        return decoded

    def _column(
        self, name: str, written: list[str], spec: ColumnSpec, faults: FaultCollector, *, quoted: bool, plain: bool
    ) -> Column:
        quoted = quoted and '"' in "".join(written)
        if not quoted and plain and (column := _at_once(name, written, spec)) is not None:
            return column
        if spec.type in {"string", "category"}:
            return self._texts.column(name, written, spec, faults, quoted=quoted)
        cells = all_unquoted(written) if quoted else written
        if spec.type in {"date", "datetime"}:
            texts = np.empty(len(cells), dtype=object)
            texts[:] = cells
            return column_from_array(name, texts, _mask(cells), spec, faults)
        cells = [cell.strip() for cell in cells]
        missing = _mask(cells)
        if spec.type == "boolean":
            return _boolean(name, cells, missing, faults)
        return _number(name, cells, missing, spec, faults)


def _at_once(name: str, written: list[str], spec: ColumnSpec) -> Column | None:
    """Read a column of numbers none of which is missing or odd, as most are; None where it is no such column."""
    count = len(written)
    try:
        if spec.type == "integer":
            return Column(name, "integer", np.fromiter(map(int, written), dtype=np.int64, count=count))
        if spec.type == "number":
            numbers = np.fromiter(map(float, written), dtype=np.float64, count=count)
            # an infinity has more than one spelling, and so large a number may have been rounded
            return Column(name, "number", numbers) if (np.abs(numbers) < MAX_EXACT).all() else None
    except (ValueError, OverflowError):
        pass
    return None


def _mask(cells: list[str]) -> np.ndarray | None:
    if not any(text in cells for text in _MISSING):
        return None
    return np.array([cell in _MISSING for cell in cells], dtype=bool)


def _boolean(name: str, cells: list[str], missing: np.ndarray | None, faults: FaultCollector) -> Column:
    values = [_BOOLEANS.get(cell) for cell in cells]
    wrong = np.array([value is None for value in values], dtype=bool)
    if missing is not None:
        wrong &= ~missing
    rule, expected = f"column `{name}` must be true or false", "true or false"
    report_rows(faults, wrong, lambda i, row: _fault(rule, name, row, cells[i], expected))
    return Column(name, "boolean", np.array([value or False for value in values], dtype=bool), missing)


def _number(
    name: str, cells: list[str], missing: np.ndarray | None, spec: ColumnSpec, faults: FaultCollector
) -> Column:
    present = cells if missing is None else ["0" if cell in _MISSING else cell for cell in cells]
    if spec.type == "integer":
        try:
            whole = np.array([int(cell) for cell in present], dtype=np.int64)
        except (ValueError, OverflowError):
            whole = None
        if whole is not None and _plain(present):
            return Column(name, "integer", whole, missing)
        return _odd_numbers(name, present, missing, spec, faults)
    try:
        numbers = np.array([float(cell) for cell in present])
    except ValueError:
        return _odd_numbers(name, present, missing, spec, faults)
    if not _plain(present) or not np.isfinite(numbers).all() or (np.abs(numbers) >= MAX_EXACT).any():
        return _odd_numbers(name, present, missing, spec, faults)
    return Column(name, "number", numbers if missing is None else np.where(missing, np.nan, numbers))


def _plain(cells: list[str]) -> bool:
    """Say whether Python's reading of these numbers is everyone's: no `1_000`, no digits of other scripts."""
    joined = "".join(cells)
    return joined.isascii() and "_" not in joined


def _odd_numbers(
    name: str, cells: list[str], missing: np.ndarray | None, spec: ColumnSpec, faults: FaultCollector
) -> Column:
    """Read numbers one by one, to name each that can't be read."""
    taken = np.array([cell in _WORDS for cell in cells]) if spec.assumed and not _WORDS.isdisjoint(cells) else None
    if taken is not None:
        cells = [str(int(_BOOLEANS[cell])) if cell in _WORDS else cell for cell in cells]
    values: list[float | int] = []
    wrong = np.zeros(len(cells), dtype=bool)
    other = float(stand_in(spec))  # so that the rest of the column can be checked
    for i, cell in enumerate(cells):
        value = _NUMBERS.get(cell) if spec.type == "number" else None
        if value is None:
            value = read_number(cell, spec.type)
            wrong[i] = value is None
        values.append(other if value is None else value)

    def fault(i: int, row: int) -> Fault:
        must, remedy = what_it_must_be(name, cells[i], spec.type, assumed=spec.assumed)
        return _fault(f"column `{name}` must be {must}", name, row, cells[i], article(spec.type), remedy)

    report_rows(faults, wrong, fault)
    if spec.type == "integer":
        return Column(name, "integer", np.array(values, dtype=np.int64), missing)
    numbers = np.array(values, dtype=np.float64)
    numbers = numbers if missing is None else np.where(missing, np.nan, numbers)
    return Column(name, "number", numbers, from_booleans=taken)


def _fault(rule: str, name: str, row: int, cell: str, expected: str, remedy: str | None = None) -> Fault:
    return Fault(
        Code.COLUMN_TYPE,
        rule,
        column=name,
        row=row,
        found=f'is "{cell[:40]}"',
        expected=expected,
        received=f'"{cell}"',
        remedy=remedy,
    )
