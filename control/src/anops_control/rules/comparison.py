"""Compares predictions with those that are expected, and tells which rows differ by how much."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ABSOLUTE = 1e-12
"""Beside this, a relative difference of two numbers that are almost zero means nothing."""

_EXACT = 2**53
"""Below this, a double tells every whole number from the next."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A prediction that is another than expected.

    Attributes:
        column: Its column.
        row: Its row, from 1.
        expected: What it should be, as JSON writes it.
        received: What it is.
    """

    column: str
    row: int
    expected: Any
    received: Any

    @property
    def relative(self) -> float | None:
        """The difference relative to what is expected, where both are numbers."""
        if not (_is_number(self.expected) and _is_number(self.received)):
            return None
        size = max(abs(self.expected), abs(self.received))
        return abs(self.expected - self.received) / size if size else 0.0

    def words(self, must: str = "must be", but: str = "not") -> str:
        """Tell of it: "Row 1 of column `p` must be 8, not 7 (a relative difference of 0.12)."."""
        ending = f" (a relative difference of {self.relative:.2g})" if self.relative else ""
        verb = f" {must}" if must == "must be" else f" is {must}"
        values = f"{_text(self.expected)}, {but} {_text(self.received)}"
        return f"Row {self.row} of column `{self.column}`{verb} {values}{ending}."


def differences(
    expected: Mapping[str, list[Any]], received: Mapping[str, list[Any]], tolerance: float
) -> Iterator[Difference]:
    """Yield the rows that differ in the columns that both have, where these are of the same length.

    Args:
        expected: Values by column, as JSON writes them; null is missing.
        received: The same.
        tolerance: How far a number may be off, relative to its size.
    """
    for name in (name for name in expected if name in received):
        pairs = list(zip(expected[name], received[name], strict=False))
        for row, (one, other) in enumerate(pairs, start=1):
            if not _same(one, other, tolerance):
                yield Difference(name, row, one, other)


def _same(one: object, other: object, tolerance: float) -> bool:
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=_ABSOLUTE)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)  # the same number however its file writes it: 7, not 7.0
    return "missing" if value is None else json.dumps(value, ensure_ascii=False)
