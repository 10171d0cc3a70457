"""The project's own figures: an expression of columns, summed over all rows that are answered."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from anops_model_interface.expressions import Expression
from anops_model_interface.words import number_text
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
        sums: The sums, by value, the empty text where it is one sum; and by what was asked for by the option `type`.
        rows: How many rows are in each.
    """

    def __init__(self, name: str, expression: str, by: str | None) -> None:
        """Begin at nothing.

        Raises:
            ValueError: The expression can't be read.
        """
        self.name = name
        self.by = by
        self.sums: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.rows: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._expression = Expression.of(expression)

    def add(self, frame: Frame, predictions: Frame, kind: str) -> None:
        """Take in rows that were answered; one of which the figure is missing counts nowhere.

        Args:
            frame: The rows.
            predictions: What was predicted.
            kind: What predictions were asked for, by the option `type`.
        """
        columns = {column.name: column for column in (*frame.columns, *predictions.columns)}
        wanted = self._expression.names if self.by is None else self._expression.names | {self.by}
        if not frame.rows or not wanted <= columns.keys():
            return  # the model was asked for another answer, such as classes in place of probabilities
        named = [columns[name] for name in self._expression.names]
        missing = np.zeros(frame.rows, dtype=bool)
        for column in named:
            missing |= column.is_missing()
        values = worked_out(self._expression, {column.name: column.values for column in named}, missing)
        finite = np.isfinite(values)
        keys = np.full(frame.rows, "", dtype=object) if self.by is None else _texts(columns[self.by])
        sums: defaultdict[str, float] = defaultdict(float)
        rows: defaultdict[str, int] = defaultdict(int)
        for key, value in zip(keys[finite].tolist(), values[finite].tolist(), strict=True):
            sums[key] += value
            rows[key] += 1
        for key, value in sums.items():
            known = (key, kind) in self.sums or len(self.sums) < MOST_VALUES
            place = (key if known else OTHERS, kind)
            self.sums[place] += value
            self.rows[place] += rows[key]


def business_metrics(text: str) -> list[BusinessMetric]:
    """Read what a model-service says of its project's figures; those that can't be read are left out."""
    try:
        written = msgspec.json.decode(text or "{}", type=dict[str, _Written])
        return [BusinessMetric(name, each.sum, each.by) for name, each in written.items()]
    except (msgspec.MsgspecError, ValueError):
        return []


def _texts(column: Column) -> np.ndarray:
    missing, texts = column.is_missing(), np.empty(len(column.values), dtype=object)
    plain = [MISSING if gone else _text(value) for value, gone in zip(column.values.tolist(), missing, strict=True)]
    texts[:] = plain
    return texts


def _text(value: Any) -> str:  # noqa: ANN401  whatever a column holds
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, float) else str(value)
