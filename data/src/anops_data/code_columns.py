"""Finds columns of digits that are codes: a cell such as 007 or 0x1F, which Arrow would read as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PIECE = 4 << 20
_CODE = r"^[+-]?0[0-9xX]"
_BEFORE = np.zeros(256, dtype=bool)
_BEFORE[list(b',"\n\r+-')] = True
_BEHIND = np.zeros(256, dtype=bool)
_BEHIND[list(b"0123456789xX")] = True


def codes_among(path: Path, names: Sequence[str]) -> set[str]:
    """Return those of some columns of numbers that hold codes.

    Args:
        path: A plain CSV file that Arrow has read.
        names: The columns.
    """
    if not names or not _may_hold_codes(path):
        return set()
    found: set[str] = set()
    options = arrow_csv.ConvertOptions(include_columns=list(names), column_types=dict.fromkeys(names, pa.string()))
    for batch in arrow_csv.open_csv(
        path, parse_options=arrow_csv.ParseOptions(newlines_in_values=True), convert_options=options
    ):
        for name in names:
            if name not in found and pc.any(pc.match_substring_regex(batch.column(name), _CODE)).as_py():
                found.add(name)
    return found


def _may_hold_codes(path: Path) -> bool:
    """Look at the bytes alone: most files have no cell that begins with a zero and a digit."""
    with path.open("rb") as source:
        last = b"\n"
        while piece := source.read(_PIECE):
            bytes_of = np.frombuffer(last + piece + b"\n", dtype=np.uint8)
            zeros = np.flatnonzero(bytes_of[1:-1] == ord("0")) + 1
            if np.any(_BEFORE[bytes_of[zeros - 1]] & _BEHIND[bytes_of[zeros + 1]]):
                return True
            last = piece[-2:]
    return False
