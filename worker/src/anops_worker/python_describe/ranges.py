"""The ranges that a model was fitted on: from what it keeps of its data, else from example rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec

LEAST_ROWS = 20
"""Fewer example rows than this are examples, and say nothing of a range."""

_KEPT_ROWS = ("X_train_", "X_fit_", "_fit_X")
"""Where Gaussian processes, kernel ridges and nearest neighbours keep what they were fitted on."""


def ranges_of(frame: Frame) -> dict[str, tuple[Any, Any]]:
    """Return the smallest and the largest value of each column of numbers or dates that has some.

    Args:
        frame: The rows that a model was fitted on.
    """
    ranges = {column.name: _range(column) for column in frame.columns}
    return {name: ends for name, ends in ranges.items() if ends is not None}


def with_ranges(inputs: Mapping[str, ColumnSpec], ranges: Mapping[str, tuple[Any, Any]]) -> dict[str, ColumnSpec]:
    """Return columns with their ranges; one whose allowed values are listed needs none."""
    return {
        name: replace(spec, seen=_whole(*ranges[name])) if _may_have(name, spec, ranges) else spec
        for name, spec in inputs.items()
    }


def kept_ranges(model: Any, names: list[str]) -> dict[str, tuple[float, float]]:  # noqa: ANN401
    """Return the ranges that a fitted estimator or transformer keeps of the columns it saw.

    Args:
        model: It alone, not what it wraps.
        names: The columns it was fitted on.
    """
    low, high = getattr(model, "data_min_", None), getattr(model, "data_max_", None)  # MinMaxScaler
    if low is None:
        low, high = getattr(model, "X_min_", None), getattr(model, "X_max_", None)  # IsotonicRegression
    if low is None and (rows := kept_rows(model)) is not None:
        low, high = rows.min(axis=0), rows.max(axis=0)
    if low is None:
        low, high = _knots(model)
    if low is None or high is None or np.size(low) != len(names):
        return {}
    ends = zip(names, np.ravel(low).tolist(), np.ravel(high).tolist(), strict=True)
    return {name: (float(a), float(b)) for name, a, b in ends if np.isfinite(a) and np.isfinite(b)}


def kept_rows(model: Any) -> np.ndarray | None:  # noqa: ANN401
    """Return the rows that a fitted estimator keeps by the nature of its method, if it does: numbers, 2-D."""
    for name in _KEPT_ROWS:
        rows = getattr(model, name, None)
        if isinstance(rows, np.ndarray) and rows.ndim == 2 and rows.dtype.kind in "fiu" and len(rows):
            return rows
    return None


def _knots(model: Any) -> tuple[list[float] | None, list[float] | None]:  # noqa: ANN401
    """Return the outer knots of splines and the outer edges of bins, which are the ends of what was seen."""
    splines = getattr(model, "bsplines_", None)
    if splines:  # as many knots lie outside on each side as the degree says
        return [float(s.t[s.k]) for s in splines], [float(s.t[-s.k - 1]) for s in splines]
    edges = getattr(model, "bin_edges_", None)
    if edges is not None and all(len(each) for each in edges):
        return [float(each[0]) for each in edges], [float(each[-1]) for each in edges]
    return None, None


def _whole(low: Any, high: Any) -> tuple[Any, Any]:  # noqa: ANN401  numbers, or dates as text
    """Return a range that holds every row, also where the model kept them in single precision."""
    if isinstance(low, str):
        return low, high
    return _end(low, -np.inf), _end(high, np.inf)


def _end(value: float, outward: float) -> float:
    """Move an end that may be another number's single precision as far outward as that number may lie."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
    if not np.isfinite(single) or abs(float(single) - value) > 1e-11 * abs(value):
        return value
    short = float(str(single))
    if float(f"{short:.6g}") == short:
        return short
    end = float(np.nextafter(single, np.float32(outward)))
    if not short.is_integer():
        return end
    return float(np.floor(end) if outward < 0 else np.ceil(end))  # more digits would look like more knowledge


def _may_have(name: str, spec: ColumnSpec, ranges: Mapping[str, tuple[Any, Any]]) -> bool:
    wanted = str if spec.type in {"date", "datetime"} else float
    return (
        name in ranges
        and spec.values is None
        and spec.type in {"number", "integer", "date", "datetime"}
        and isinstance(ranges[name][0], wanted)
    )


def _range(column: Column) -> tuple[Any, Any] | None:
    if column.type not in {"number", "integer", "date", "datetime"}:
        return None
    present = column.values[~column.is_missing()]
    if column.type in {"number", "integer"}:
        present = present[np.isfinite(present)]
    if not len(present):
        return None
    low, high = present.min(), present.max()
    return (low, high) if isinstance(low, str) else (float(low), float(high))
