"""Finds columns of digits that are codes: a cell such as 007 or 0x1F, which Arrow would read as a number."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PIECE = 64 << 10
"""As much as stays in a processor's cache, through which it goes some twenty times."""
_CODE = r"^[+-]?0[0-9xX]"


@contextmanager
def looking_for_codes(path: Path) -> Iterator[Future[bool]]:
    """Look meanwhile whether a file may hold codes at all; who does not want to know any more ends it."""
    unwanted = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(_may_hold_codes, path, unwanted)
        finally:
            unwanted.set()


def codes_among(path: Path, names: Sequence[str], may_hold: Future[bool]) -> set[str]:
    """Return those of some columns of numbers that hold codes.

    Args:
        path: A plain CSV file that Arrow has read.
        names: The columns.
        may_hold: What `looking_for_codes` finds.
    """
    if not names or not may_hold.result():
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


def _may_hold_codes(path: Path, unwanted: threading.Event) -> bool:
    """Look at the bytes alone: most files have no cell that begins with a zero and a digit."""
    with path.open("rb", buffering=0) as source:
        last = b"\n\n\n"
        while (piece := source.read(_PIECE)) and not unwanted.is_set():
            if _has_a_code(np.frombuffer(last + piece + b"\n", dtype=np.uint8)):
                return True
            last = (last + piece)[-3:]
    return False


def _has_a_code(text: np.ndarray) -> bool:
    """Say whether a zero that begins a cell, or stands behind a sign that does, has a digit or an x behind it."""
    zero, behind = text[2:-1] == ord("0"), text[3:]
    zero &= (behind - ord("0") < 10) | (behind | 0x20 == ord("x"))  # below "0" it wraps around
    before = text[:-2]
    begins = (before == ord(",")) | (before == ord("\n")) | (before == ord("\r")) | (before == ord('"'))
    if np.any(begins[1:] & zero):
        return True
    # a sign begins a number only where nothing stands before it: the -0 of 2026-01-31 does not
    sign = text[1:-2]
    return bool(np.any(begins[:-1] & zero & ((sign == ord("-")) | (sign == ord("+")))))
