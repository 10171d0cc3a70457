"""Measures what a loaded model costs: memory of its process, and time for a row."""

from __future__ import annotations

import resource
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from anops_project.examination.costs import Costs

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame

    from anops_worker.examining.model_probe import Ask

_WARM_UP = 3
"""The first times, a language imports and compiles what it uses."""
_SOME_ROWS = 64
_SINGLES = 9
_ENOUGH_SECONDS = 2.0
"""A measurement is cut short after this: the figures are estimates."""


def costs_of(rows: Frame, ask: Ask, *, load_seconds: float, batch_rows: int) -> Costs:
    """Measure.

    Args:
        rows: Rows that the model answers.
        ask: Predicts them.
        load_seconds: How long loading took.
        batch_rows: The most rows that the service would send at once.

    Raises:
        AnOpsError: The model can't predict these rows.
    """
    for _ in range(_WARM_UP):
        ask(rows, {})
    some = _batch(rows, min(_SOME_ROWS, batch_rows))
    if _seconds(some, ask) / some.rows * batch_rows > _ENOUGH_SECONDS:
        batch_rows = some.rows
    batch = _batch(rows, batch_rows)
    in_batch = _seconds(batch, ask)
    singles: list[float] = []
    for row in range(min(_SINGLES, rows.rows)):
        singles.append(_seconds(rows.at([row]), ask))
        if sum(singles) > _ENOUGH_SECONDS:
            break
    return Costs(
        memory_bytes=_peak_bytes(),
        load_seconds=round(load_seconds, 3),
        single_ms=round(median(singles) * 1000, 3),
        row_ms=round(in_batch / batch_rows * 1000, 5),
        batch_rows=batch_rows,
    )


def _batch(rows: Frame, size: int) -> Frame:
    return rows.at(np.arange(size) % rows.rows)


def _seconds(rows: Frame, ask: Ask) -> float:
    started = time.perf_counter()
    ask(rows, {})
    return time.perf_counter() - started


def _peak_bytes() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
