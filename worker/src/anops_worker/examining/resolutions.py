"""Finds the columns of moments whose unit a Python model looks at: pandas holds them as datetime64[ns], [us], [s]."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from anops_model_interface.errors import AnOpsError

from anops_worker.examining.comparing import Comparison
from anops_worker.pandas_here import has_pandas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec

    Inputs = Mapping[str, ColumnSpec]

_UNITS: tuple[Literal["us", "s"], ...] = ("us", "s")
"""Those to try: a tree that was fitted on seconds takes micro- and nanoseconds alike."""
_MOST_ROWS = 32
_MOST_COLUMNS = 8


def of_unknown_unit(inputs: Inputs) -> list[str]:
    """Return the columns of dates and times of which nothing says in which unit the model gets them."""
    return [name for name, spec in inputs.items() if spec.type in {"date", "datetime"} and spec.resolution is None][
        :_MOST_COLUMNS
    ]


def units_told_apart(inputs: Inputs, rows: Frame | None, ask: Callable[[Inputs, Frame], Frame]) -> list[str]:
    """Find the columns of which the model answers the same moments otherwise where pandas holds them in another unit.

    Code such as `data["at"].astype("int64")` is right in the unit of the fit alone, which no file of a model keeps.

    Args:
        inputs: The columns.
        rows: Rows to try; None where there are none.
        ask: Predicts rows whose columns are as given, or raises `AnOpsError`.
    """
    moments = of_unknown_unit(inputs)
    if not moments or rows is None or not rows.rows or not has_pandas():
        return []
    some = rows.at(np.linspace(0, rows.rows - 1, min(rows.rows, _MOST_ROWS)).round().astype(int))
    places = np.arange(some.rows)
    try:
        usual = Comparison(ask(inputs, some))
        if usual.first_difference(ask(inputs, some), places) is not None:
            return []  # answers by chance tell nothing
    except AnOpsError:
        return []

    def differs(name: str) -> bool:
        for unit in _UNITS:
            if unit == "s" and _has_fractions(some, name):
                continue
            try:
                other = ask({**inputs, name: replace(inputs[name], resolution=unit)}, some)
            except AnOpsError:
                return True
            if usual.first_difference(other, places) is not None:
                return True
        return False

    return [name for name in moments if differs(name)]


def _has_fractions(rows: Frame, name: str) -> bool:
    column = next(column for column in rows.columns if column.name == name)
    return any("." in str(value) for value in column.values)
