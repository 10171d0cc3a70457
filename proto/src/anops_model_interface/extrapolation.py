"""Warns of values outside the range that a model was fitted on: they are answered, and the caller is told."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_model_interface.moments import canonical_moment
from anops_model_interface.notices import MAX_ROWS_NAMED, Notice
from anops_model_interface.words import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.columns import Column
    from anops_model_interface.schema import ColumnSpec

MOST_ROWS_SHOWN = 5
"""How many rows a warning's text gives with their values."""
_LAST_DIGIT = 1e-14
"""So much, relative to an end, is no extrapolation: R and others write numbers with 15 digits."""


def outside(column: Column, spec: ColumnSpec) -> Notice | None:
    """Find a column's values outside its `seen` range; None where there are none, or no range.

    Args:
        column: The values, in the column's type. Missing ones never count as outside.
        spec: What the column is.
    """
    if spec.seen is None or not len(column.values):
        return None
    low, high = bounds(spec)
    values = column.values
    if len(values) == 1:
        value = values[0]
        if not (value < low or value > high) or (column.missing is not None and column.missing[0]):
            return None
        return _notice(column, (0,), 1, spec)
    # a missing number is NaN, which is neither smaller nor greater; others have a placeholder
    beyond = (values < low) | (values > high)
    if column.missing is not None:
        beyond &= ~column.missing
    if not beyond.any():
        return None
    rows = np.flatnonzero(beyond)
    return _notice(column, rows[:MAX_ROWS_NAMED].tolist(), len(rows), spec)


def bounds(spec: ColumnSpec) -> tuple[Any, Any]:
    """Return the ends of a `seen` range in the form of a column's values."""
    low, high = spec.seen or (None, None)
    if isinstance(low, str) and isinstance(high, str):
        return _moments(spec.type, spec.timezone, low, high)
    if isinstance(low, float) and isinstance(high, float):
        return low - abs(low) * _LAST_DIGIT, high + abs(high) * _LAST_DIGIT
    return low, high


@lru_cache(maxsize=4096)
def _moments(kind: str, timezone: str | None, low: str, high: str) -> tuple[str, str]:
    first, last = canonical_moment(low, kind, timezone) or low, canonical_moment(high, kind, timezone) or high
    # Text in one form has the order of time, to the second: "…:00.5Z" comes before "…:00Z".
    return (first, last) if kind == "date" else (first[:19], last[:19] + "Z")


def _notice(column: Column, rows: Iterable[int], count: int, spec: ColumnSpec) -> Notice:
    named = tuple(rows)
    values = tuple(_text(column.values[row]) for row in named[:MOST_ROWS_SHOWN])
    return Notice(
        column.name, "extrapolation", count, tuple(row + 1 for row in named), partial(_extrapolation, spec=spec), values
    )


def _extrapolation(notice: Notice, spec: ColumnSpec) -> str:
    pairs = list(zip(notice.rows, notice.values, strict=False))[:MOST_ROWS_SHOWN]
    more = notice.count - len(pairs)
    rest = f" and {more} more row{'s are' if more > 1 else ' is'} outside" if more else ""
    return (
        f"column `{notice.column}`: {', '.join(f'row {row} is {value}' for row, value in pairs)}{rest}; "
        f"the model was fitted on {range_text(spec)}. This is extrapolation."
    )


def range_text(spec: ColumnSpec) -> str:
    """Write a column's `seen` range for a person: "1.513 to 5.424"."""
    low, high = spec.seen or ("", "")
    return f"{_text(low)} to {_text(high)}"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return number_text(float(value)) if isinstance(value, float | np.floating) else str(value)
