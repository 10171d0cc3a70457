"""Tests whether a row's prediction depends on the rows that come with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.errors import AnOpsError

from anops_model_service.python_describe.reference_rows import rows_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.frames import Frame

LEAST_ROWS = 16
_TOLERANCE = 1e-6
"""Relative; libraries that compute in single precision round differently for other batch sizes."""


def is_row_independent(rows: Frame, predict: Callable[[Frame], Frame]) -> bool | None:
    """Compare the predictions of a whole batch with those of single rows and of the reversed batch.

    Args:
        rows: Reference rows; they are repeated up to sixteen, so that rows have equals.
        predict: Predicts rows, or raises `AnOpsError`.

    Returns:
        Whether all agree; None where there are no rows.
    """
    if not rows.rows:
        return None
    order = np.arange(max(LEAST_ROWS, rows.rows)) % rows.rows
    try:
        whole = predict(rows_at(rows, order))
        reversed_ = predict(rows_at(rows, order[::-1]))
        if not agree(whole, rows_at(reversed_, np.arange(len(order))[::-1])):
            return False
        return all(agree(rows_at(whole, [row]), predict(rows_at(rows, [row]))) for row in range(rows.rows))
    except (AnOpsError, IndexError):
        return False


def agree(one: Frame, other: Frame) -> bool:
    """Say whether two frames of predictions are equal but for rounding."""
    if one.names() != other.names() or one.rows != other.rows:
        return False
    for a, b in zip(one.columns, other.columns, strict=True):
        if not np.array_equal(a.is_missing(), b.is_missing()):
            return False
        if a.values.dtype == np.float64 and b.values.dtype == np.float64:
            if not np.allclose(a.values, b.values, rtol=_TOLERANCE, atol=1e-12, equal_nan=True):
                return False
        elif not np.array_equal(a.values, b.values):
            return False
    return True
