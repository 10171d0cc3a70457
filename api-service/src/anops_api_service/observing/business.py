"""The project's own figures: an expression of columns, summed over all rows that are answered."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from anops_model_interface.expressions import Expression
from anops_model_interface.working_out import worked_out

if TYPE_CHECKING:
    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame

MOST_VALUES = 200
"""So many different values of a column are told apart; further ones are one."""

OTHERS = "(others)"
MISSING = "(missing)"


class _Written(msgspec.Struct):
    sum: str
    by: str | None = None
    description: str = ""


class BusinessMetric:
    """One figure.

    Attributes:
        name: Its name.
        by: The column by whose values it is summed; None: it is one sum.
        sums: The sums, by value; by the empty text where it is one sum.
        rows: How many rows are in each.
    """

    def __init__(self, name: str, expression: str, by: str | None) -> None:
        """Begin at nothing.

        Raises:
            ValueError: The expression can't be read.
        """
        self.name = name
        self.by = by
        self.sums: defaultdict[str, float] = defaultdict(float)
        self.rows: defaultdict[str, int] = defaultdict(int)
        self._expression = Expression.of(expression)

    def add(self, frame: Frame, predictions: Frame) -> None:
        """Take in rows that were answered; one of which the figure is missing counts nowhere."""
        columns = {column.name: column for column in (*frame.columns, *predictions.columns)}
        wanted = self._expression.names if self.by is None else self._expression.names | {self.by}
        if not frame.rows or not wanted <= columns.keys():
            return  # the model was asked for another answer, such as classes in place of probabilities
        values = worked_out(self._expression, {name: _values(columns[name]) for name in self._expression.names})
        values = np.broadcast_to(values, (frame.rows,)) if len(values) != frame.rows else values
        known = np.isfinite(values)
        keys = np.full(frame.rows, "", dtype=object) if self.by is None else _texts(columns[self.by])
        sums: defaultdict[str, float] = defaultdict(float)
        rows: defaultdict[str, int] = defaultdict(int)
        for key, value in zip(keys[known].tolist(), values[known].tolist(), strict=True):
            sums[key] += value
            rows[key] += 1
        for key, value in sums.items():
            place = key if key in self.sums or len(self.sums) < MOST_VALUES else OTHERS
            self.sums[place] += value
            self.rows[place] += rows[key]


def business_metrics(text: str) -> list[BusinessMetric]:
    """Read what a model-service says of its project's figures; those that can't be read are left out."""
    try:
        written = msgspec.json.decode(text or "{}", type=dict[str, _Written])
        return [BusinessMetric(name, each.sum, each.by) for name, each in written.items()]
    except (msgspec.MsgspecError, ValueError):
        return []


def _values(column: Column) -> np.ndarray:
    if column.type in {"number", "integer", "boolean"} and column.missing is not None:
        return np.where(column.missing, np.nan, column.values.astype(np.float64))
    return column.values


def _texts(column: Column) -> np.ndarray:
    missing, texts = column.is_missing(), np.empty(len(column.values), dtype=object)
    plain = [MISSING if gone else _text(value) for value, gone in zip(column.values.tolist(), missing, strict=True)]
    texts[:] = plain
    return texts


def _text(value: Any) -> str:  # noqa: ANN401  whatever a column holds
    return f"{value:g}" if isinstance(value, float) else str(value)
