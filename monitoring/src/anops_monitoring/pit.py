"""Where in what was predicted the outcomes lie: the probability integral transform, as far as its limits are known."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from anops_monitoring.drift import MIN_ROWS
from anops_monitoring.limits import limits_of, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_monitoring.logged import LoggedRow

_LEAST_EXPECTED = 5


def pit_of(rows: Sequence[LoggedRow]) -> dict[str, Any] | None:
    """Count outcomes between the limits that were promised, and test whether they are there as often as promised.

    Args:
        rows: Rows of the log; of those with other limits than most have, none is looked at.

    Returns:
        `bins` (`from` and `to` are probabilities; `expected`, `observed` shares), and the `p` value of `chisq.test(x,
        p = …)` of R; None where nothing was promised, or no outcome is known. One on a limit is counted below it.
    """
    found = [(outcome, limits) for row in rows if not math.isnan(outcome := plain(row.outcome))
             if (limits := limits_of(row))]  # fmt: skip
    if not found:
        return None
    levels = Counter(tuple(sorted(limits)) for _, limits in found).most_common(1)[0][0]
    kept = [(outcome, [limits[level] for level in levels]) for outcome, limits in found if {*limits} == {*levels}]
    places = [sum(limit < outcome for limit in sorted(limits)) for outcome, limits in kept]
    counts = np.bincount(places, minlength=len(levels) + 1)
    edges = [0.0, *levels, 1.0]
    expected = np.diff(edges) * len(kept)
    bins = [
        {"from": low, "to": high, "expected": high - low, "observed": float(count / len(kept)), "rows": int(count)}
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]
    told: dict[str, Any] = {"rows": len(kept), "bins": bins, "p": None, "note": None}
    if len(kept) < MIN_ROWS:
        return told | {"note": f"{len(kept)} outcomes: fewer than {MIN_ROWS} are too few for a test"}
    told["p"] = float(stats.chisquare(counts, expected).pvalue)
    if expected.min() < _LEAST_EXPECTED:
        told["note"] = f"a part has fewer than {_LEAST_EXPECTED} expected outcomes: the p value is approximate"
    return told
