"""Keeps the values of a row from changing the types, and so the answers, of the rows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.number_block import NumberBlock
from anops_model_interface.stacking import stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame

_TYPED = frozenset({"integer", "boolean"})
"""The types whose arrays hold no missing value: pandas makes floats of the one and objects of the other."""


def gaps(column: Column) -> np.ndarray | None:
    """Return in which rows a column misses a value where that changes its type in pandas; None where in none."""
    return column.missing if column.missing is not None and column.type in _TYPED else None


def answered_apart(
    frame: Frame, ask: Callable[[Frame], Frame], odd: Callable[[Column], np.ndarray | None] = gaps
) -> Frame:
    """Ask for rows so that each has the types that it would have without the others.

    Rows whose odd values are in the same columns go together; without any, all do.

    Args:
        frame: Rows that fit the schema.
        ask: Predicts rows: as many as it gets, in their order.
        odd: Says in which rows (1-D, bool) a column holds values that change its type.

    Returns:
        The answers, in the order of the rows.
    """
    if odd is gaps and isinstance(frame.columns, NumberBlock):
        return ask(frame)
    masks = [mask for column in frame.columns if (mask := odd(column)) is not None and mask.any()]
    if not masks:
        return ask(frame)
    patterns, pattern = np.unique(np.column_stack(masks), axis=0, return_inverse=True)
    if len(patterns) == 1:
        return ask(frame)
    groups = [np.flatnonzero(pattern.ravel() == place) for place in range(len(patterns))]
    answers = [ask(frame.at(rows)) for rows in groups]
    stacked = stack(answers)
    if any(answer.rows != len(rows) for answer, rows in zip(answers, groups, strict=True)):
        return stacked  # whoever asked will say what is wrong with it
    return stacked.at(np.argsort(np.concatenate(groups)))
