"""Rows of the log rolled into Parquet files, one for each month in UTC, which DuckDB, R and pandas read."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from anops_model_interface.outcome_levels import level_of
from anops_model_interface.outcome_log import Outcome

from anops_monitoring.failures import MonitoringError
from anops_monitoring.logged import LoggedRow, microseconds, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_INPUT, _OUTPUT = "input.", "output."
_MOMENT = pa.timestamp("us", tz="UTC")
_TEXTS = {"request_id": pa.string(), "row": pa.int64(), "time": _MOMENT, "version": pa.string(),
          "digest": pa.string(), "options": pa.string(), "unit": pa.string(), "outcome_time": _MOMENT,
          "not_kept": pa.list_(pa.string())}  # fmt: skip
_INFINITE = {"Inf": float("inf"), "-Inf": float("-inf")}


def roll(folder: Path, rows: Sequence[LoggedRow]) -> dict[str, int]:
    """Bring rows into the files of their months; those that are there and not in the log any more stay.

    Returns:
        How many rows each file that was written has.

    Raises:
        MonitoringError: A file can't be read or written.
    """
    months: dict[str, list[LoggedRow]] = defaultdict(list)
    for row in rows:
        months[datetime.fromtimestamp(row.time, UTC).strftime("%Y-%m")].append(row)
    written = {}
    for month, its in sorted(months.items()):
        file = folder / f"{month}.parquet"
        merged = {place_of(row): row for row in (*_read(file), *its)}
        written[file.name] = len(merged)
        _write(file, list(merged.values()))
    return written


def archived(folder: Path) -> list[LoggedRow]:
    """Return all rows of a folder, by month.

    Raises:
        MonitoringError: A file can't be read.
    """
    return [row for file in sorted(folder.glob("*.parquet")) for row in _read(file)]


def forget(folder: Path, *, request_id: str | None = None, key: Mapping[str, object] | None = None) -> int:
    """Delete rows of a request, or with a key, and return how many.

    Raises:
        MonitoringError: A file can't be read or written.
    """
    gone, wanted = 0, Outcome.key_of(key or {})
    for file in sorted(folder.glob("*.parquet")):
        rows = _read(file)
        kept = [
            row for row in rows
            if not (row.request_id == request_id if key is None else _has(row.inputs, key, wanted))
        ]  # fmt: skip
        gone += len(rows) - len(kept)
        if not kept:
            file.unlink()
        elif len(kept) < len(rows):
            _write(file, kept)
    return gone


def _has(values: Mapping[str, Any], key: Mapping[str, object], wanted: str) -> bool:
    return key.keys() <= values.keys() and Outcome.key_of({name: values[name] for name in key}) == wanted


def _write(file: Path, rows: Sequence[LoggedRow]) -> None:
    rows = sorted(rows, key=lambda row: row.time)
    told = [
        {f"{_INPUT}{name}": value for name, value in row.inputs.items()}
        | {f"{_OUTPUT}{name}": value for name, value in row.outputs.items()}
        for row in rows
    ]
    names = list(dict.fromkeys(name for each in told for name in each))
    plain: dict[str, list[Any]] = {
        "request_id": [row.request_id for row in rows],
        "row": [row.row + 1 for row in rows],
        "time": [microseconds(row.time) for row in rows],
        "version": [row.version for row in rows],
        "digest": [row.digest for row in rows],
        "options": [json.dumps(row.options, ensure_ascii=False) for row in rows],
        "unit": [row.unit for row in rows],
        "outcome_time": [None if row.outcome_time is None else microseconds(row.outcome_time) for row in rows],
        "not_kept": [[name for name in names if name not in each] or None for each in told],
    }
    columns = {name: pa.array(values, _TEXTS[name]) for name, values in plain.items()}
    columns["outcome"] = _column([row.outcome for row in rows])
    columns |= {name: _column([each.get(name) for each in told]) for name in names}
    beside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns), beside)
        beside.replace(file)
    except OSError as error:
        raise MonitoringError(f"The rows can't be written to {file}: {error}.") from error


def _column(values: Sequence[Any]) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return values as one type: truth values, numbers with infinities, or texts."""
    known = [each for each in values if each is not None]
    if known and all(isinstance(each, bool) for each in known):
        return pa.array(values, pa.bool_())
    if all(each in _INFINITE if isinstance(each, str) else not isinstance(each, bool) for each in known):
        found = [_INFINITE.get(each, each) if isinstance(each, str) else each for each in values]
        try:
            return pa.array(found, pa.int64() if known and all(type(each) is int for each in found if each is not None)
                            else pa.float64())  # fmt: skip
        except (OverflowError, pa.ArrowInvalid, pa.ArrowTypeError):
            pass
    return pa.array([None if each is None else level_of(each) for each in values], pa.string())


def _read(file: Path) -> list[LoggedRow]:
    if not file.is_file():
        return []
    try:
        table = pq.read_table(file)
        for name in ("time", "outcome_time"):
            table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.int64()))
        found = table.to_pylist()
        return list({place_of(row): row for row in map(_row, found)}.values())
    except (OSError, pa.ArrowException, ValueError, KeyError) as error:
        raise MonitoringError(f"{file} can't be read as rows of a log: {error}.") from error


def _row(told: Mapping[str, Any]) -> LoggedRow:
    lacking = {*(told["not_kept"] or ())}
    inputs, outputs = (
        {name.removeprefix(prefix): value for name, value in told.items()
         if name.startswith(prefix) and name not in lacking}
        for prefix in (_INPUT, _OUTPUT)
    )  # fmt: skip
    after = told["outcome_time"]
    return LoggedRow(
        told["request_id"], told["row"] - 1, told["time"] / 1e6, told["version"], told["digest"], inputs, outputs,
        json.loads(told["options"]), told["outcome"], None if after is None else after / 1e6, told["unit"] or "",
    )  # fmt: skip
