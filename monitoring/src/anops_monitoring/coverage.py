"""Promised intervals and quantiles beside what came true: coverage, and in which part of the promise it lies."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from anops_monitoring import shares
from anops_monitoring.drift import ALPHA, MIN_ROWS
from anops_monitoring.limits import intervals_of, plain, quantiles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_monitoring.logged import LoggedRow


def coverage_of(rows: Sequence[LoggedRow]) -> list[dict[str, Any]]:
    """Compare promised intervals and quantiles with what came true.

    Args:
        rows: Rows of the log; those without an outcome, or without an interval for a single observation, are left out.

    Returns:
        For each level that was promised: how many outcomes lie within (or for a quantile, not above), that share with
        its exact binomial interval, and the p value of a share as promised.
    """
    pairs: dict[tuple[str, float], list[int]] = defaultdict(list)
    for row in rows:
        outcome = plain(row.outcome)
        if math.isnan(outcome):
            continue
        for level, (low, high) in intervals_of(row).items():
            pairs["interval", level].append(-1 if outcome < low else 1 if outcome > high else 0)
        for level, value in quantiles_of(row.outputs).items():
            pairs["quantile", level].append(1 if outcome > value else 0)
    found = [_covered(kind, level, sides) for (kind, level), sides in sorted(pairs.items())]
    tested = [each for each in found if each["p"] is not None]
    for each, corrected in zip(tested, shares.holm([each["p"] for each in tested]), strict=True):
        each["p_corrected"] = corrected
        if corrected < ALPHA:
            less = "too narrow" if each["kind"] == "interval" else "too low"
            more = "too wide" if each["kind"] == "interval" else "too high"
            each["verdict"] = less if each["share"] < each["promised"] else more
        else:
            each["verdict"] = "as promised"
    return found


def _covered(kind: str, level: float, sides: list[int]) -> dict[str, Any]:
    rows, within = len(sides), sides.count(0)
    told = {"kind": kind, "promised": level, "rows": rows, "within": within, "below": sides.count(-1),
            "above": sides.count(1), "share": within / rows, "interval": shares.exact_interval(within, rows),
            "p": shares.binomial_p(within, rows, level), "verdict": "unknown", "skipped": None}  # fmt: skip
    if rows < MIN_ROWS:
        told |= {"p": None, "skipped": f"{rows} outcomes: fewer than {MIN_ROWS} are too few for a test"}
    return told
