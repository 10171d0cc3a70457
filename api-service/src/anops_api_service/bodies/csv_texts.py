"""Columns of text in a CSV file: when NA is a missing value, and when a level or a text of that name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array, report_rows
from anops_model_interface.errors import Fault
from anops_model_interface.level_numbers import levels_of_numbers
from anops_model_interface.notices import MAX_ROWS_NAMED, Notice

from anops_api_service.bodies.csv_cells import all_unquoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.errors import FaultCollector
    from anops_model_interface.notices import Notices
    from anops_model_interface.schema import ColumnSpec

_NA = "NA"
_QUOTED_NA = '"NA"'


@dataclass(slots=True)
class TextColumns:
    """Reads the columns of text of one body, piece by piece.

    An empty cell is missing, and a quoted NA is text. An unquoted NA is the level NA where the column has one: most
    programs quote no text and leave missing cells empty. It is missing in a file that quotes its texts, as R does.

    Attributes:
        notices: Takes in which NA were taken for what, where a file of another program would mean the other.
        quotes_texts: Whether the file quotes texts that need no quotes.
    """

    notices: Notices
    quotes_texts: bool = False
    _as_level: set[str] = field(default_factory=set)
    _as_missing: set[str] = field(default_factory=set)

    def column(
        self, name: str, written: Sequence[str], spec: ColumnSpec, faults: FaultCollector, *, quoted: bool
    ) -> Column:
        """Make a column of categories or text.

        Args:
            name: The column's name.
            written: Its cells, quotes included.
            spec: What the column must be.
            faults: Takes in what does not fit.
            quoted: Whether any cell has quotes.
        """
        different = set(written)
        missing_cells = {""} & different
        if _NA in different and self._is_missing(name, different, written, spec, faults):
            missing_cells.add(_NA)
        if quoted and '""' in different and "" not in (spec.levels or ("",)):
            missing_cells.add('""')  # programs that quote every cell write a missing level so
        missing = (
            np.fromiter((cell in missing_cells for cell in written), bool, len(written)) if missing_cells else None
        )
        texts = np.empty(len(written), dtype=object)
        texts[:] = all_unquoted(list(written)) if quoted else written
        if spec.type == "category" and spec.levels and (same := levels_of_numbers(different, spec.levels)):
            # a quoted cell is none of these: it is text
            texts[:] = [same.get(cell, text) for cell, text in zip(written, texts.tolist(), strict=True)]
        return column_from_array(name, texts, missing, spec, faults)

    def _is_missing(
        self, name: str, different: set[str], written: Sequence[str], spec: ColumnSpec, faults: FaultCollector
    ) -> bool:
        """Say what unquoted NA are in this column, and tell the caller where that is not certain."""
        rows = np.fromiter((cell == _NA for cell in written), bool, len(written))
        told_apart = self.quotes_texts or _QUOTED_NA in different
        if _NA not in (spec.levels or ()):
            if spec.type == "string" and not told_apart:
                self._tell(name, rows, "missing", spec, "was read as missing", 'Put quotes around the text: "NA".')
            return True
        if told_apart or name in self._as_missing:
            self._as_missing.add(name)
            if name in self._as_level:  # in rows that are answered already
                report_rows(faults, rows, lambda _, row: _unclear(name, row))
            return True
        self._as_level.add(name)
        self._tell(name, rows, "level", spec, "was read as the level NA", "Leave the cell empty for a missing value.")
        return False

    def _tell(self, name: str, rows: np.ndarray, kind: str, spec: ColumnSpec, what: str, otherwise: str) -> None:
        if spec.missing in {None, "error"} and kind == "level":
            return  # the other reading would have been refused
        found = np.flatnonzero(rows)

        def text(notice: Notice) -> str:
            many = "s" if notice.count > 1 else ""
            return f"Column `{name}`: NA without quotes {what} in {notice.count} row{many}. {otherwise}"

        self.notices.add(Notice(name, f"na-as-{kind}", len(found), tuple((found[:MAX_ROWS_NAMED] + 1).tolist()), text))


def _unclear(name: str, row: int) -> Fault:
    return Fault(
        Code.COLUMN_LEVEL,
        f"column `{name}` must say which NA is the level and which is missing, in every row",
        column=name,
        row=row,
        found='is NA, and others are "NA"',
        expected='"NA" in quotes, or an empty cell',
        received="NA",
    )
