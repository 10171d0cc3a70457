"""What the rows and predictions of one model are like: looked at together some time later, never on a request's way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.extrapolation import bounds
from anops_model_interface.stacking import stack

from anops_api_service.observing.histogram import Histogram

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame
    from anops_model_interface.notices import Notice
    from anops_model_interface.schema import ColumnSpec, Schema

    from anops_api_service.observing.business import BusinessMetric
    from anops_api_service.observing.prediction_sketch import PredictionSketch

BATCH_ROWS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0, 10_000.0, 100_000.0)
"""The ends of buckets of rows in a call."""

MOST_VALUES = 100_000
"""So many values are kept until they are looked at."""

MOST_CALLS = 500
"""And so many calls, whose rows are few: each keeps the bytes that it came in, and takes a moment to look at, for which
everybody else waits."""

MOST_LEVELS = 100
"""So many different texts of a column of predictions are told apart; further ones are one."""

OTHERS = "(others)"
"""The level of those."""


class ModelStatistics:
    """The statistics of one version of one model.

    Attributes:
        batch_rows: How many rows calls had.
        missing: By column, how many values were missing.
        novel: By column, how many values were levels that the model was not fitted on.
        outside: By column, how many values were outside of what it was fitted on.
        refused: By column and code, how many requests were refused for its sake.
        sketches: By column of numbers, and what was asked for by the option `type`, how the predictions are spread.
        levels: By column and level, how many predictions there were.
        business: The project's own figures.
    """

    def __init__(self, schema: Schema, business: Iterable[BusinessMetric] = ()) -> None:
        self.batch_rows = Histogram(BATCH_ROWS)
        self.missing: Counter[str] = Counter()
        self.novel: Counter[str] = Counter()
        self.outside: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.sketches: dict[tuple[str, str], PredictionSketch] = {}
        self.levels: dict[str, Counter[str]] = {}
        self.schema = schema
        self.business = tuple(business)
        self._waiting: list[tuple[str, Frame, Frame]] = []
        self._values = 0

    def called(self, frame: Frame, predictions: Frame, kind: str) -> None:
        """Take in a call that was answered.

        Args:
            frame: Its rows.
            predictions: What was predicted.
            kind: What predictions were asked for, by the option `type`; empty where there is no such option.
        """
        self.batch_rows.add(frame.rows)
        self._waiting.append((kind, frame, predictions))
        self._values += frame.rows * (len(frame.columns) + len(predictions.columns))
        if self._values > MOST_VALUES or len(self._waiting) >= MOST_CALLS:
            self.settle()

    def noticed(self, notices: Iterable[Notice]) -> None:
        """Take in what was told of the rows of a request: what was replaced can't be seen in them any more."""
        for notice in notices:
            if notice.kind == "missing":
                self.missing[notice.column] += notice.count
            elif notice.kind == "novel":
                self.novel[notice.column] += notice.count

    def settle(self) -> None:
        """Look at what waits."""
        waiting, self._waiting, self._values = self._waiting, [], 0
        alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[Frame, Frame]]] = {}
        for kind, frame, predictions in waiting:
            columns = tuple((column.name, column.type) for column in predictions.columns)
            alike.setdefault((kind, columns), []).append((frame, predictions))
        for (kind, _), pairs in alike.items():
            frame, predictions = (stack(list(each)) for each in zip(*pairs, strict=True))
            self._look_at(frame, predictions, kind)

    def _look_at(self, frame: Frame, predictions: Frame, kind: str) -> None:
        for column in frame.columns:
            spec = self.schema.inputs.get(column.name)
            if spec is not None and len(column.values):
                self._look_at_column(column, spec)
        for column in predictions.columns:
            self._look_at_predictions(column, kind)
        for figure in self.business:
            figure.add(frame, predictions, kind)

    def _look_at_column(self, column: Column, spec: ColumnSpec) -> None:
        if column.type == "number":
            absent = int(np.isnan(column.values).sum())
        else:
            absent = 0 if column.missing is None else int(column.missing.sum())
        if absent:
            self.missing[column.name] += absent
        if spec.seen is not None and (beyond := _outside(column, spec)):
            self.outside[column.name] += beyond
        if spec.novel == "allow" and spec.levels is not None:
            present = column.values if column.missing is None else column.values[~column.missing]
            known = spec.level_set
            if new := sum(text not in known for text in present.tolist()):
                self.novel[column.name] += new

    def _look_at_predictions(self, column: Column, kind: str) -> None:
        if column.type in {"number", "integer"}:
            values = column.values.astype(np.float64, copy=False)
            if column.missing is not None:
                values = np.where(column.missing, np.nan, values)
            sketch = self.sketches.get((column.name, kind))
            if sketch is None:
                # a library that only a service which has answered needs
                from anops_api_service.observing.prediction_sketch import PredictionSketch  # noqa: PLC0415

                sketch = self.sketches[column.name, kind] = PredictionSketch()
            sketch.add(values)
        elif column.type in {"category", "string", "boolean"}:
            levels = self.levels.setdefault(column.name, Counter())
            for value, count in _counted(column):
                level = str(value)
                known = level in levels or len(levels) < MOST_LEVELS
                levels[level if known else OTHERS] += count


def _counted(column: Column) -> Iterable[tuple[object, int]]:
    if column.coded is not None:  # then nothing is missing
        return column.coded.counts().items()
    present = column.values if column.missing is None else column.values[~column.missing]
    return Counter(present.tolist()).items()


def _outside(column: Column, spec: ColumnSpec) -> int:
    low, high = bounds(spec)
    beyond = (column.values < low) | (column.values > high)
    if column.missing is not None:
        beyond &= ~column.missing
    return int(beyond.sum())
