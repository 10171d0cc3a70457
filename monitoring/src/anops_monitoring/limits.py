"""Which limits a prediction has promised: the ends of intervals and quantiles, each by its probability."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from anops_monitoring.values import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_monitoring.logged import LoggedRow

_QUANTILE = re.compile(r"q(0?\.\d+|\d+(\.\d+)?e-\d+)")
_LOWER = re.compile(r"lower_(\d+(?:\.\d+)?)")
"""One end of a forecast's interval, with its coverage in percent."""


def intervals_of(row: LoggedRow) -> dict[float, tuple[float, float]]:
    """Return the intervals for a single outcome that a row has, by their promised coverage.

    Those of the expected value promise nothing of outcomes, and are left out.
    """
    found = {}
    level = row.options.get("level")
    if row.options.get("interval") == "prediction" and isinstance(level, int | float):
        found[float(level)] = plain(row.outputs.get("lower")), plain(row.outputs.get("upper"))
    for name, value in row.outputs.items():
        if match := _LOWER.fullmatch(name):
            found[float(match[1]) / 100] = plain(value), plain(row.outputs.get(f"upper_{match[1]}"))
    return {level: ends for level, ends in found.items() if 0 < level < 1 and not math.isnan(sum(ends))}


def quantiles_of(outputs: Mapping[str, Any]) -> dict[float, float]:
    """Return the quantiles that a prediction has, by their probability."""
    found = {float(name[1:]): plain(value) for name, value in outputs.items() if _QUANTILE.fullmatch(name)}
    return {level: value for level, value in found.items() if not math.isnan(value)}


def limits_of(row: LoggedRow) -> dict[float, float]:
    """Return all limits, by the probability that an outcome is below them: an interval leaves as much on both sides."""
    found = quantiles_of(row.outputs)
    for level, (low, high) in intervals_of(row).items():
        tail = round((1 - level) / 2, 9)
        found |= {tail: low, round(1 - tail, 9): high}
    return found


def plain(value: object) -> float:
    """Return a value as a number; NaN where it is none."""
    return float(numbers([value])[0])
