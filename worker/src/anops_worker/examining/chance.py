"""Tells answers that are drawn by chance: the same rows, asked again, are answered otherwise."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.errors import AnOpsError

from anops_worker.examining.comparing import Comparison

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.frames import Frame

REPETITIONS = 12
"""How often the same rows are asked for again: of a tie that a coin decides, one of 4,096 goes unnoticed."""
SECONDS = 1.0
"""How long that may take by itself, after the first time."""


def otherwise_again(
    answers: Frame, ask: Callable[[], Frame], *, seconds: float = SECONDS
) -> tuple[int, str | None, Any, Any] | None:
    """Ask for the same rows again, until an answer differs: chance, of ties for one, seldom shows at once.

    Args:
        answers: The answers of the first time.
        ask: Predicts the same rows once more; where it raises `AnOpsError`, no further time is begun.
        seconds: After so long no further time is begun.

    Returns:
        The row (from 0), the column, its answer and the other one; None where all agree.
    """
    first, end = Comparison(answers), time.monotonic() + seconds
    for _ in range(REPETITIONS):
        try:
            different = first.first_difference(ask(), np.arange(answers.rows))
        except AnOpsError:
            return None
        if different is not None or time.monotonic() > end:
            return different
    return None
