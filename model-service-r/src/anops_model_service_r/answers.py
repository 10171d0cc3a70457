"""Turns what R answers into frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.frames import Column, Frame

from anops_model_service_r.vectors import NA_INTEGER, NA_REAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anops_model_interface.schema import ColumnSpec

_CODED = frozenset({"category", "string", "date", "datetime"})
_DTYPES = {"number": np.float64, "integer": np.int64, "boolean": np.bool_}


def frame_from_wire(wire: Any, types: Mapping[str, ColumnSpec]) -> Frame:  # noqa: ANN401  an rpy2 list
    """Read what `as_wire()` of the R package wrote.

    Args:
        wire: Its list.
        types: The schema's outputs: a whole-number answer of a number column becomes numbers, and text
            becomes a category or text as the schema has it.
    """
    head, *parts = wire
    rows, *titles = head
    names, kinds = titles[: len(titles) // 2], titles[len(titles) // 2 :]
    levels = iter(parts[len(names) :])
    read = [
        _column(name, kind, vector, next(levels) if kind in _CODED else ())
        for name, kind, vector in zip(names, kinds, parts, strict=False)
    ]
    return Frame(tuple(_as_declared(column, types.get(column.name)) for column in read), int(rows))


def empty_frame(specs: Mapping[str, ColumnSpec]) -> Frame:
    """Return the answer without rows that a schema's outputs describe."""
    return Frame(
        tuple(
            Column(name, spec.type, np.empty(0, dtype=_DTYPES.get(spec.type, object))) for name, spec in specs.items()
        ),
        0,
    )


def _column(name: str, kind: Any, vector: Any, levels: Iterable[str]) -> Column:  # noqa: ANN401  one of the types; rpy2's
    # not by its memoryview(): with each, rpy2 drops a reference to None that it does not have
    values = np.array(vector) if len(vector) else np.empty(0, dtype=np.float64 if kind == "number" else np.int32)
    if kind == "number":
        return Column(name, "number", values)
    missing = values == NA_INTEGER
    mask = missing if missing.any() else None
    if kind == "boolean":
        return Column(name, "boolean", np.where(missing, 0, values).astype(np.bool_), mask)
    if kind == "integer":
        return Column(name, "integer", np.where(missing, 0, values).astype(np.int64), mask)
    texts = np.array(["", *levels], dtype=object)
    return Column(name, kind, texts[np.where(missing, 0, values)], mask)


def _as_declared(column: Column, spec: ColumnSpec | None) -> Column:
    """Give a column the type of the schema where that only changes its name or widens it."""
    if spec is None or spec.type == column.type:
        return column
    texts = {"string", "category"}
    if column.type in texts and spec.type in texts:
        return Column(column.name, spec.type, column.values, column.missing)
    if spec.type == "number" and column.type in {"integer", "boolean"}:
        values = column.values.astype(np.float64)
        return Column(column.name, "number", np.where(column.is_missing(), NA_REAL, values))
    return column
