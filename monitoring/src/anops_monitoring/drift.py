"""Drift of one column: what it was like in the baseline, and what it is like now."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from anops_monitoring import shares
from anops_monitoring.stability import binned, divergence_of_texts, edges_of, psi_of_counts, psi_of_levels
from anops_monitoring.two_samples import chi_square, ks
from anops_monitoring.values import counted, kind_of, labels, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import ColumnSpec

    from anops_monitoring.stability import Distance
    from anops_monitoring.two_samples import Tested

MIN_ROWS = 30
"""With fewer rows in one of the samples nothing is computed."""
_EXAMPLES = 5


def drift_of(name: str, spec: ColumnSpec, now: Sequence[Any], before: Sequence[Any]) -> dict[str, Any]:
    """Compare a column.

    Args:
        name: Its name.
        spec: What the schema says of it.
        now: Its values in the log; None where one is missing.
        before: The same in the baseline.

    Returns:
        `test` and `distance` (None where they are `skipped`, with the reason), shares of `missing`, `novel` and
        `outside` values; `test.p_corrected` and `verdict` come of all columns together.
    """
    told: dict[str, Any] = {"column": name, "type": spec.type, "rows": len(now), "baseline_rows": len(before)}
    told |= {"test": None, "distance": None, "skipped": None, "missing": None, "novel": None, "outside": None}
    kind = kind_of(spec)
    if kind == "number":
        first, second = numbers(now), numbers(before)
        kept: Any = first[~np.isnan(first)], second[~np.isnan(second)]
    else:
        kept = tuple([each for each in labels(values) if each is not None] for values in (now, before))
    known = len(kept[0]), len(kept[1])
    if len(now):
        told["missing"] = _missing(len(now) - known[0], len(now), len(before) - known[1], len(before))
        told["novel"] = _novel(spec, kept[0], kept[1], len(now)) if kind == "level" else None
        told["outside"] = _outside(spec, kept[0], len(now)) if kind == "number" else None
    if min(known) < MIN_ROWS:
        told["skipped"] = (
            f"{known[0]} values in the log and {known[1]} in the baseline: fewer than {MIN_ROWS} are too few for a test"
        )
        return told
    tested, distance = _compared(kind, *kept)
    if tested is None and kind == "level":
        told["skipped"] = "there is only one level"
    told["test"] = None if tested is None else asdict(tested)
    told["distance"] = asdict(distance)
    told["now"], told["baseline"] = (_shown(kind, each) for each in kept)
    return told


def _compared(kind: str, now: Any, before: Any) -> tuple[Tested | None, Distance]:  # noqa: ANN401  arrays or lists
    if kind == "number":
        edges = edges_of(before[np.isfinite(before)]) if np.isfinite(before).any() else np.array([0.0])
        return ks(now, before), psi_of_counts(binned(now, edges), binned(before, edges))
    if kind == "level":
        counts = Counter(now), Counter(before)
        return chi_square(*counts), psi_of_levels(*counts)
    return None, divergence_of_texts(now, before)


def _missing(now: int, rows: int, before: int, rows_before: int) -> dict[str, Any]:
    told: dict[str, Any] = {"count": now, "share": now / rows, "interval": shares.exact_interval(now, rows)}
    if rows_before:
        told["baseline_share"] = before / rows_before
        told["difference"] = told["share"] - told["baseline_share"]
        told["difference_interval"] = shares.difference_interval((now, rows), (before, rows_before))
        table = [[now, rows - now], [before, rows_before - before]]
        told["p"] = float(stats.fisher_exact(table).pvalue) if now + before else None
    return told


def _novel(spec: ColumnSpec, now: list[str], before: list[str], rows: int) -> dict[str, Any]:
    known = set(spec.levels) if spec.levels else set(labels(list(spec.values))) if spec.values else set(before)
    if spec.type == "boolean":
        known |= {"true", "false"}
    novel = Counter(each for each in now if each not in known)
    count = sum(novel.values())
    examples = [each for each, _ in novel.most_common(_EXAMPLES)]
    return {"count": count, "share": count / rows, "interval": shares.exact_interval(count, rows), "examples": examples}


def _outside(spec: ColumnSpec, now: np.ndarray, rows: int) -> dict[str, Any] | None:
    if spec.seen is None:
        return None
    low, high = numbers(list(spec.seen))
    count = int(((now < low) | (now > high)).sum())
    return {"count": count, "share": count / rows, "interval": shares.exact_interval(count, rows), "seen": spec.seen}


def _shown(kind: str, values: Any) -> dict[str, Any] | None:  # noqa: ANN401  an array or a list
    if kind == "number":
        finite = values[np.isfinite(values)]
        cuts = np.quantile(finite, [0, 0.25, 0.5, 0.75, 1]).tolist() if len(finite) else []
        return {"mean": float(finite.mean()) if len(finite) else None, "quartiles": cuts}
    if kind == "level":
        return {"levels": dict(counted(values).most_common(20))}
    return None


VERDICTS = ((0.25, "large"), (0.1, "moderate"), (0.0, "small"))
"""How a change that is no chance is called, by its PSI: the limits of Siddiqi (2006)."""
ALPHA = 0.05


def judge(found: Sequence[dict[str, Any]]) -> None:
    """Correct the tests of all columns for being many, and say of each what it shows."""
    tests = [each["test"] for each in found if each["test"] is not None]
    tests += [each["missing"] for each in found if each["missing"] is not None and each["missing"].get("p") is not None]
    for test, corrected in zip(tests, shares.holm([each["p"] for each in tests]), strict=True):
        test["p_corrected"] = corrected
    for each in found:
        each["verdict"] = _verdict(each)


def _verdict(found: dict[str, Any]) -> str:
    distance, test = found["distance"], found["test"]
    if distance is None:
        return "unknown"
    if test is None:
        return "large" if distance["interval"][0] > 0.1 else "none"
    if test["p_corrected"] >= ALPHA:
        return "none"
    return next(word for limit, word in VERDICTS if distance["value"] >= limit)
