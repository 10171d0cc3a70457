"""Chooses the few rows that show most of a model: every level, what is missing, the extremes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame

MOST_ROWS = 10


def choose(frame: Frame) -> list[int]:
    """Choose at most ten rows that together show as much as possible.

    Args:
        frame: Rows to choose from.

    Returns:
        Their positions (0-based, ascending): first those that add levels or missing values, then the smallest
        and largest of each number, then the first ones.
    """
    candidates = min(frame.rows, 5000)
    tokens: list[set[tuple[str, object]]] = [set() for _ in range(candidates)]
    extremes: list[int] = []
    for column in frame.columns:
        missing = column.is_missing()[:candidates]
        values = column.values[:candidates]
        telling = (
            missing if column.type in {"number", "integer", "date", "datetime", "string"} else np.ones_like(missing)
        )
        for row in np.flatnonzero(telling).tolist():
            tokens[row].add((column.name, None if missing[row] else values[row]))
        if column.type in {"number", "integer"} and not missing.all():
            present = np.flatnonzero(~missing)
            extremes += [int(present[values[present].argmin()]), int(present[values[present].argmax()])]
    chosen: list[int] = []
    shown: set[tuple[str, object]] = set()
    while len(chosen) < MOST_ROWS:
        best = max(range(candidates), key=lambda row: (len(tokens[row] - shown), -row), default=None)
        if best is None or not tokens[best] - shown:
            break
        chosen.append(best)
        shown |= tokens[best]
    for row in (*extremes, *range(candidates)):
        if len(chosen) >= MOST_ROWS:
            break
        if row not in chosen:
            chosen.append(row)
    return sorted(chosen)
