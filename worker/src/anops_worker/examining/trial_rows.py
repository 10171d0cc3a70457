"""Makes the rows that a model is tried with: real ones, every level, the extremes, duplicates, missing values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.frames import Column, Frame
from anops_model_interface.misfits import misfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import ColumnSpec, Schema

LEAST_ROWS = 64
MOST_ROWS = 512
"""Columns with hundreds of levels, or hundreds of columns, show no more than this many rows of them."""
MOST_CELLS = 200_000
"""With thousands of columns, fewer rows: what is asked of a model must not grow with their number twice."""
_SEED = 20260101
_DUPLICATES = 8
_SEVERAL_GAPS = 4
_DTYPES: dict[str, type] = {"number": np.float64, "integer": np.int64, "boolean": np.bool_}
_PLACEHOLDERS: dict[str, object] = {"number": np.nan, "integer": 0, "boolean": False}
_DAYS = tuple(f"2026-{month:02d}-15" for month in range(1, 13))

Row = dict[str, Any]
"""Values by column; None is missing."""


def trial_rows(schema: Schema, real: Sequence[Frame] = ()) -> Frame:
    """Make at least 64 rows that show much of a model.

    The same arguments give the same rows.

    Args:
        schema: The contract, its policies resolved.
        real: Rows that the model is known for, such as its reference rows; those that lack a column or do not
            fit the schema are left out.

    Returns:
        The real rows, then rows that differ from them in one level, one extreme, one missing value or several, then
        mixtures, then duplicates of some.
    """
    known = [row for frame in real for row in _rows_of(frame, schema)]
    pools = {name: _Pool.of(spec, [row[name] for row in known]) for name, spec in schema.inputs.items()}
    random = np.random.default_rng(_SEED)
    mixtures = [{name: pool.draw(random) for name, pool in pools.items()} for _ in range(LEAST_ROWS)]
    base = [row for row in known if None not in row.values()] or mixtures
    special = [{**base[place % len(base)], name: value} for place, (name, value) in enumerate(_special(schema, pools))]
    special += _with_several_gaps(schema, base, random)
    most = max(LEAST_ROWS, min(MOST_ROWS, MOST_CELLS // max(1, len(schema.inputs))))
    rows = [*known, *special][: most - 2 * _DUPLICATES]
    rows += mixtures[: max(_DUPLICATES, LEAST_ROWS - _DUPLICATES - len(rows))]
    rows += [rows[place] for place in random.permutation(len(rows))[:_DUPLICATES]]
    return Frame(
        tuple(_column(name, spec, [row[name] for row in rows]) for name, spec in schema.inputs.items()), len(rows)
    )


class _Pool:
    """The values that a column may take."""

    def __init__(self, values: list[Any], low: float | None, high: float | None) -> None:
        self.values = values
        self.low, self.high = low, high

    @classmethod
    def of(cls, spec: ColumnSpec, real: list[Any]) -> _Pool:
        present = list(dict.fromkeys(value for value in real if value is not None))
        offered = spec.levels or spec.values
        if offered:
            return cls([_cast(spec, value) for value in offered], None, None)
        if spec.type == "boolean":
            return cls([False, True], None, None)
        if spec.type in {"number", "integer"}:
            low, high = _range(spec, present)
            ends = [_cast(spec, value) for value in (low, high)]
            return cls([*dict.fromkeys([*ends, *present])], low, high)
        seen = [str(value) for value in getattr(spec, "seen", None) or ()]
        values = list(dict.fromkeys([*seen, *present]))
        if not values:
            made_up = {"date": _DAYS, "datetime": [f"{day}T12:00:00Z" for day in _DAYS]}
            values = list(made_up.get(spec.type, ("example", "another example")))
        return cls(values, None, None)

    def draw(self, random: np.random.Generator) -> Any:  # noqa: ANN401  a value of any column
        """Return a value: most often one that is known, of a number also any between the extremes."""
        if self.low is None or self.high is None or (self.values and random.random() < 0.5):
            return self.values[int(random.integers(len(self.values)))]
        between = random.uniform(self.low, self.high)
        return round(between) if all(isinstance(value, int) for value in self.values) else round(between, 6)


def _range(spec: ColumnSpec, present: list[float]) -> tuple[float, float]:
    """Return the extremes of a number: as seen in training, else in the real rows, within what is allowed."""
    seen = getattr(spec, "seen", None)
    finite = [float(value) for value in present if np.isfinite(value)]
    low, high = seen or ((min(finite), max(finite)) if finite else (None, None))
    if low is None or high is None:
        low = spec.min if spec.min is not None else (spec.max - 10 if spec.max is not None else 1.0)
        high = spec.max if spec.max is not None else low + 10
    low, high = float(low), float(high)
    if spec.min is not None:
        low, high = max(low, spec.min), max(high, spec.min)
    if spec.max is not None:
        low, high = min(low, spec.max), min(high, spec.max)
    return low, high


def _special(schema: Schema, pools: dict[str, _Pool]) -> list[tuple[str, Any]]:
    """List what one row each must show: missing values first, then extremes, then levels."""
    gaps = [(name, None) for name, spec in schema.inputs.items() if spec.missing != "error"]
    ends = [(name, value) for name, pool in pools.items() if pool.low is not None for value in pool.values[:2]]
    levels = [(name, value) for name, pool in pools.items() if pool.low is None for value in pool.values]
    return [*gaps[: MOST_ROWS // 4], *ends[: MOST_ROWS // 4], *levels]


def _with_several_gaps(schema: Schema, base: Sequence[Row], random: np.random.Generator) -> list[Row]:
    """Make rows that miss several values at once, as those of other callers in a batch may."""
    gappy = [name for name, spec in schema.inputs.items() if spec.missing != "error"]
    if len(gappy) < 2:
        return []
    drawn = [random.permutation(gappy)[: max(2, len(gappy) // (2 + row))] for row in range(_SEVERAL_GAPS)]
    return [{**base[row % len(base)], **dict.fromkeys(map(str, names))} for row, names in enumerate(drawn)]


def _rows_of(frame: Frame, schema: Schema) -> list[Row]:
    if not set(schema.inputs) <= set(frame.names()):
        return []
    columns = {name: _values(frame[name]) for name in schema.inputs}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [row for row in rows if all(_fits(spec, row[name]) for name, spec in schema.inputs.items())]


def _values(column: Column) -> list[Any]:
    pairs = zip(column.values.tolist(), column.is_missing().tolist(), strict=True)
    return [None if missing else value for value, missing in pairs]


def _fits(spec: ColumnSpec, value: Any) -> bool:  # noqa: ANN401  a value of any column
    if value is None:
        return spec.missing != "error"
    return misfit(spec, value) is None


def _cast(spec: ColumnSpec, value: Any) -> Any:  # noqa: ANN401
    if spec.type == "integer":
        return int(value)
    return float(value) if spec.type == "number" else value


def _column(name: str, spec: ColumnSpec, values: list[Any]) -> Column:
    placeholder = _PLACEHOLDERS.get(spec.type, "")
    array: np.ndarray = np.array(
        [placeholder if value is None else value for value in values], dtype=_DTYPES.get(spec.type, object)
    )
    missing = np.array([value is None for value in values], dtype=bool)
    return Column(name, spec.type, array, missing if spec.type != "number" and missing.any() else None)
