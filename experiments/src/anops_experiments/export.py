"""Writes what an experiment has found into a file: a row for each task, or for each parameter set."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from anops_experiments.store import read_scalars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from anops_experiments.store import Store

_ROWS = 2_000
MISSING = "\\N"
"""A missing cell of a CSV file with exact numbers, as databases write it: an empty text is none."""
_BEFORE = {"task": pa.string(), "point": pa.int64(), "replicate": pa.int64(), "seed": pa.uint64()}
_BEHIND = {
    "status": pa.string(), "error": pa.string(), "error_at": pa.string(), "attempts": pa.int64(),
    "seconds": pa.float64(), "started": pa.timestamp("ms", tz="UTC"), "worker": pa.string(), "language": pa.string(),
}  # fmt: skip
_SUMMED = {"point": pa.int64(), "runs": pa.int64()}
_SUMMED_BEHIND = {"status": pa.string(), "error": pa.string(), "error_at": pa.string()}
Types = Mapping[str, pa.DataType]
Columns = tuple[pa.Schema, dict[str, str]]
TYPES = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}


def schema_of(rows: Iterable[Mapping[str, Any]], before: Types = _BEFORE, behind: Types = _BEHIND) -> Columns:
    """Return the columns of a file, and how each output is named there: `NAME.out` where its name is taken."""
    params: dict[str, set[type]] = {}
    outputs: dict[str, set[type]] = {}
    for row in rows:
        for name, value in json.loads(row["params"]).items():
            params.setdefault(name, set()).add(type(value))
        for name, value in read_scalars(row["scalars"]).items():
            outputs.setdefault(name, set()).add(type(value))
    taken = {*before, *behind, *params}
    names = {name: f"{name}.out" if name in taken else name for name in outputs}
    fields = [*before.items(), *((param_name(name), _type(kinds)) for name, kinds in params.items())]
    fields += [(names[name], _type(kinds)) for name, kinds in outputs.items()]
    return pa.schema([*fields, *behind.items()]), names


def write_parquet(store: Store, target: Path, *, summed: bool = False) -> int:
    """Write tasks, or what was made of each parameter set, into a Parquet file, and return how many there are."""
    schema, rows = _columns_and_rows(store, summed=summed)
    made, count = target.with_name(f".{target.name}.{os.getpid()}"), 0
    try:
        with pq.ParquetWriter(made, schema) as writer:
            for portion in _portions(rows):
                count += len(portion)
                writer.write_table(_table(portion, schema))
        os.replace(made, target)  # noqa: PTH105  also over a file
    finally:
        made.unlink(missing_ok=True)
    return count


def write_csv(store: Store, target: Path, *, exact: bool = False, summed: bool = False) -> dict[str, str]:
    """Write tasks into a CSV file, and return the types of its columns.

    Args:
        store: What was found.
        target: The file.
        summed: Whether what was made of each parameter set is meant, not the tasks.
        exact: Whether numbers with a point are written in hexadecimal, of which R reads every bit.
    """
    schema, rows = _columns_and_rows(store, summed=summed)
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with made.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(schema.names)
            for row in rows:
                writer.writerow([cell_text(row.get(each.name), each.type, exact=exact) for each in schema])
        os.replace(made, target)  # noqa: PTH105  also over a file
    finally:
        made.unlink(missing_ok=True)
    return {each.name: str(each.type) for each in schema}


def _columns_and_rows(store: Store, *, summed: bool) -> tuple[pa.Schema, Iterator[dict[str, Any]]]:
    if not summed:
        schema, names = schema_of(store.rows())
        return schema, _tasks(store, names)
    schema, names = schema_of(store.summaries(), _SUMMED, _SUMMED_BEHIND)
    return schema, _summaries(store, names)


def _summaries(store: Store, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for row in store.summaries():
        told = {param_name(name): value for name, value in json.loads(row["params"]).items()}
        told |= {names[name]: value for name, value in read_scalars(row["scalars"]).items()}
        told |= {"point": row["point"], "runs": row["runs"], "status": row["kind"] or "waiting"}
        yield told | {"error": row["message"], "error_at": row["place"]}


def _tasks(store: Store, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for row in store.rows():
        told = {param_name(name): value for name, value in json.loads(row["params"]).items()}
        told |= {names[name]: value for name, value in read_scalars(row["scalars"]).items()}
        told |= {"task": row["id"], "seed": int(row["seed"]), "error": row["message"], "error_at": row["place"]}
        told |= {"status": row["kind"] or "waiting"}
        told |= {name: row[name] for name in ("point", "replicate", "attempts", "seconds", "worker", "language")}
        yield told | {"started": None if not row["started"] else int(row["started"] * 1000)}


def param_name(name: str) -> str:
    """Return how a parameter is named in a file: `NAME.in` where its name is taken."""
    return f"{name}.in" if name in _BEFORE or name in _BEHIND else name


def _type(kinds: set[type]) -> pa.DataType:
    known = kinds - {type(None)}
    if known == {int, float}:
        return pa.float64()
    return TYPES[next(iter(known))] if len(known) == 1 else pa.string()


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    columns = []
    for each in schema:
        cells = [row.get(each.name) for row in rows]
        if pa.types.is_string(each.type):
            cells = [None if cell is None else str(cell) for cell in cells]
        elif pa.types.is_floating(each.type):
            cells = [None if cell is None else float(cell) for cell in cells]
        columns.append(pa.array(cells, each.type))
    return pa.table(columns, schema=schema)


def cell_text(value: Any, kind: pa.DataType, *, exact: bool) -> str:  # noqa: ANN401  a cell of any type
    """Return a cell of a CSV file; with `exact`, numbers with a point in hexadecimal, and what is missing as a sign."""
    if value is None:
        return MISSING if exact else ""
    if pa.types.is_floating(kind):
        number = float(value)
        finite = number == number and abs(number) != float("inf")  # noqa: PLR0124  NaN
        return number.hex() if exact and finite else {"nan": "NaN", "inf": "Inf", "-inf": "-Inf"}.get(
            str(number), repr(number)
        )  # fmt: skip
    if isinstance(value, date):  # or a moment, which is one as well
        return value.isoformat()
    if pa.types.is_timestamp(kind):
        return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="milliseconds")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)


def _portions(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    kept: list[dict[str, Any]] = []
    for row in rows:
        kept.append(row)
        if len(kept) >= _ROWS:
            yield kept
            kept = []
    if kept:
        yield kept
