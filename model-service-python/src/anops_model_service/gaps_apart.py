"""Keeps a row's missing values from changing the types, and so the answers, of the rows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.stacking import stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame

_TYPED = frozenset({"integer", "boolean"})
"""The types whose arrays hold no missing value: pandas makes floats of the one and objects of the other."""


def answered_apart(frame: Frame, ask: Callable[[Frame], Frame]) -> Frame:
    """Ask for rows so that each has the types that it would have without the others.

    Rows that miss the same values go together; without a missing value, all do.

    Args:
        frame: Rows that fit the schema.
        ask: Predicts rows: as many as it gets, in their order.

    Returns:
        The answers, in the order of the rows.
    """
    masks = [column.is_missing() for column in frame.columns if _has_gaps(column)]
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


def _has_gaps(column: Column) -> bool:
    return column.missing is not None and column.type in _TYPED and bool(column.missing.any())
