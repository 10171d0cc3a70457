"""Cells of CSV that must be numbers: what they are, or what is wrong with them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from anops_model_interface.columns import type_remedy
from anops_model_interface.words import article

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnType

_DECIMAL_COMMA = re.compile(r"[+-]?[0-9.]*,[0-9]+")
# each digit can be matched in one way only: else a cell of many takes the square of their number
_NUMBER = re.compile(r"[+-]?([0-9]++(\.[0-9]*+)?|\.[0-9]++)([eE][+-]?[0-9]++)?")
_DECIMAL_POINT = "Write numbers with a decimal point: 2.5, not 2,5."


def what_it_must_be(name: str, cell: str, kind: ColumnType, *, assumed: bool = False) -> tuple[str, str | None]:
    """Say what a cell that could not be read must be, and how to fix it."""
    if _DECIMAL_COMMA.fullmatch(cell):
        return f"{article(kind)} with a decimal point, not a decimal comma", _DECIMAL_POINT
    if not _NUMBER.fullmatch(cell):
        return article(kind), type_remedy(name, kind, is_text=True, assumed=assumed)
    number = float(cell)
    if kind == "integer":
        return "a whole number" if math.isfinite(number) and number % 1 else "a whole number below 2^63 in size", None
    return "a whole number up to 2^53 in size" if math.isfinite(number) else "a number below 2^1024 in size", None


def read_number(cell: str, kind: ColumnType) -> float | int | None:
    """Read a cell of a column of numbers or integers; None where it is none that can be held."""
    if not _NUMBER.fullmatch(cell):
        return None
    value: float | int = int(cell) if cell.lstrip("+-").isdigit() and len(cell) <= 300 else float(cell)
    if kind == "integer":
        if isinstance(value, float):
            if not value.is_integer():
                return None
            value = int(value)
        return value if -(1 << 63) <= value < 1 << 63 else None
    number = float(value)
    if not math.isfinite(number) or (isinstance(value, int) and int(number) != value):
        return None
    return value
