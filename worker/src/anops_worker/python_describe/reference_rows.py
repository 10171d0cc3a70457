"""Rows that a model can be tried with: those that fit its schema, and made-up ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_project.telling_rows import MOST_ROWS

from anops_worker.python_describe.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec, Schema

_EXAMPLES = {"string": "example", "category": "example", "date": "2026-01-0{}", "datetime": "2026-01-0{}T12:00:00Z"}


def fitting(frame: Frame, schema: Schema) -> np.ndarray:
    """Return which rows the schema takes as they are (1-D, bool).

    Args:
        frame: Rows in the schema's columns.
        schema: The contract, its policies resolved.
    """
    fits = np.ones(frame.rows, dtype=bool)
    for column in frame.columns:
        spec = schema.inputs[column.name]
        missing = column.is_missing()
        if spec.missing == "error":
            fits &= ~missing
        if spec.levels is not None and spec.novel == "error":
            fits &= missing | np.isin(column.values.astype(str), np.asarray(spec.levels, dtype=str))
        if spec.values is not None:
            fits &= missing | np.isin(column.values, np.asarray(spec.values))
    return fits


def made_up(specs: Mapping[str, ColumnSpec], *, first: float = 1.0) -> Rows:
    """Make up rows for a model that keeps no data: each level once, small numbers or those of the range.

    Args:
        specs: The columns.
        first: The number to count from where a column has no range.
    """
    width = max((len(spec.levels or spec.values or ()) for spec in specs.values()), default=0)
    rows = min(MOST_ROWS, max(3, width))
    columns = {name: _made_up(spec, rows, first) for name, spec in specs.items()}
    return Rows({name: np.array(values, dtype=_kind(values)) for name, values in columns.items()}, rows)


def _kind(values: list[Any]) -> type | None:
    return object if isinstance(values[0], str) else None


def _made_up(spec: ColumnSpec, rows: int, first: float) -> list[Any]:
    offered = spec.levels or spec.values
    if offered:
        return [offered[row % len(offered)] for row in range(rows)]
    if spec.type == "boolean":
        return [row % 2 == 0 for row in range(rows)]
    if spec.type in {"number", "integer"}:
        if spec.seen is not None:
            return [float(value) for value in np.linspace(float(spec.seen[0]), float(spec.seen[1]), rows)]
        return [first + row % 2 if first == 0 else first + row for row in range(rows)]
    return [_EXAMPLES[spec.type].format(row % 9 + 1) for row in range(rows)]
