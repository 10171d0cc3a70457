"""What an experiment has found so far: a database of one file, in which a task is finished once it is written."""

from __future__ import annotations

import fcntl
import json
import math
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import pyarrow as pa

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from anops_experiments.results import SimulationResult

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (
    id TEXT PRIMARY KEY, kind TEXT, scalars TEXT, tables BLOB, message TEXT, place TEXT, trace TEXT,
    attempts INTEGER, seconds REAL, started REAL, worker TEXT, language TEXT
);
CREATE TABLE IF NOT EXISTS members (
    point INTEGER, replicate INTEGER, id TEXT, seed TEXT, PRIMARY KEY (point, replicate)
);
CREATE TABLE IF NOT EXISTS points (point INTEGER PRIMARY KEY, params TEXT);
CREATE TABLE IF NOT EXISTS summaries (point INTEGER PRIMARY KEY, id TEXT, runs INTEGER);
"""
_RUNS = """SELECT replicate, scalars, tables FROM members JOIN results USING (id)
           WHERE point = ? AND kind = 'ok' ORDER BY replicate"""
_SUMMARIES = """SELECT point, runs, params, kind, scalars, tables, message, place, trace FROM summaries
                JOIN points USING (point) LEFT JOIN results USING (id) ORDER BY point"""
_AT_ONCE = 500
_LOCK_SECONDS = 1.0


class Store:
    """The results of an experiment.

    Attributes:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._begun = 0
        self._database = sqlite3.connect(folder / "results.sqlite", timeout=30)
        self._database.execute("PRAGMA journal_mode=WAL")  # what is committed outlives the process
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else run the experiment meanwhile.

        Raises:
            ExperimentError: Another does.
        """
        mark = self.folder / "begun"
        mark.touch()
        begun = mark.stat().st_mtime_ns  # by the clock of the files: who ends the run writes one
        with (self.folder / "run.lock").open("a+", encoding="ascii") as lock:
            if not _locked(lock, _LOCK_SECONDS):
                lock.seek(0)
                raise ExperimentError(
                    f"The experiment `{self.folder.name}` is being run already, by process {lock.read().strip()}.",
                    remedy=f"Wait for it, or end it: ao sim cancel {self.folder.name}",
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            self._begun = begun
            yield

    def cancel(self) -> None:
        """Let the run that goes on end, whoever does it."""
        (self.folder / "cancel").touch()

    def is_cancelled(self) -> bool:
        """Whether the run that goes on here is to end: that was said since it began."""
        try:
            return (self.folder / "cancel").stat().st_mtime_ns >= self._begun
        except FileNotFoundError:
            return False

    def is_held(self) -> bool:
        """Whether it is being run, by this process or another."""
        with (self.folder / "run.lock").open("a+", encoding="ascii") as lock:
            return not _locked(lock, 0)

    def fact(self, name: str) -> Any:  # noqa: ANN401  whatever was kept
        """Return a fact, or None."""
        found = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if found is None else json.loads(found[0])

    def tell(self, **facts: object) -> None:
        """Keep facts."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?)", [(name, json.dumps(told)) for name, told in facts.items()]
            )

    def begin(self, points: Sequence[Mapping[str, Any]]) -> None:
        """Set which parameter sets belong to it now; results of others stay, should they come back."""
        with self._database:
            self._database.execute("DELETE FROM members")
            self._database.execute("DELETE FROM points")
            self._database.execute("DELETE FROM summaries")
            told = ((number, json.dumps(dict(params))) for number, params in enumerate(points, 1))
            self._database.executemany("INSERT INTO points VALUES (?, ?)", told)

    def join(self, members: Iterable[tuple[int, int, str, int]]) -> None:
        """Set which tasks belong to it: parameter set, replicate, identity, seed."""
        with self._database:
            told = ((point, replicate, task, str(seed)) for point, replicate, task, seed in members)
            self._database.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)", told)

    def sum_up(self, summaries: Iterable[tuple[int, str, int]]) -> None:
        """Set which task makes one result of a parameter set, and of how many runs."""
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)", summaries)

    def finished(self, ids: Sequence[str]) -> set[str]:
        """Return which tasks have a result."""
        found: set[str] = set()
        for at in range(0, len(ids), _AT_ONCE):
            some = ids[at : at + _AT_ONCE]
            asked = f"SELECT id FROM results WHERE kind = 'ok' AND id IN ({','.join('?' * len(some))})"  # noqa: S608
            found |= {each[0] for each in self._database.execute(asked, some)}
        return found

    def put(self, results: Iterable[SimulationResult]) -> None:
        """Keep results, all of them or none."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, results)
            )

    def counts(self) -> dict[str, int]:
        """Return how many tasks that belong to it ended how; those that have not are `waiting`."""
        asked = """SELECT COALESCE(kind, 'waiting'), COUNT(*) FROM members LEFT JOIN results USING (id) GROUP BY 1"""
        return dict(self._database.execute(asked).fetchall())

    def failures(self, most: int) -> list[dict[str, Any]]:
        """Return what failed, those of one message once, the commonest first."""
        asked = """SELECT kind, message, place, trace, COUNT(*), MIN(point), MIN(replicate) FROM members
                   JOIN results USING (id) WHERE kind != 'ok' GROUP BY kind, message ORDER BY 5 DESC LIMIT ?"""
        names = ("kind", "message", "where", "trace", "count", "point", "replicate")
        return [dict(zip(names, row, strict=True)) for row in self._database.execute(asked, (most,))]

    def is_alike(self) -> bool:
        """Whether the replicates of each parameter set have given the same, other than of an event that was not seen.

        The first hundred parameter sets, and their first ten replicates, say so.
        """
        asked = """SELECT point, MIN(replicate), COUNT(DISTINCT scalars || COALESCE(hex(tables), '')), scalars, tables
                   FROM members JOIN results USING (id) WHERE kind = 'ok' AND point <= 100 AND replicate <= 10
                   GROUP BY point HAVING COUNT(*) > 1"""
        found = self._database.execute(asked).fetchall()
        says = any(tables or set(read_scalars(scalars).values()) - {0, 1, None} for *_, scalars, tables in found)
        return says and all(different == 1 for _, _, different, _, _ in found)

    def values(self, point: int) -> list[dict[str, Any]]:
        """Return the scalars of a parameter set in the order of its replicates."""
        asked = """SELECT scalars FROM members JOIN results USING (id)
                   WHERE point = ? AND kind = 'ok' ORDER BY replicate"""
        return [read_scalars(row[0]) for row in self._database.execute(asked, (point,))]

    def runs(self, point: int) -> list[dict[str, Any]]:
        """Return what runs of a parameter set have given, in the order of its replicates."""
        return list(self._read(_RUNS, (point,)))

    def summaries(self) -> Iterator[dict[str, Any]]:
        """Yield what became of the runs of each parameter set together."""
        return self._read(_SUMMARIES)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each task with what came of it, in the order of parameter sets and replicates."""
        asked = """SELECT id, point, replicate, seed, params, kind, scalars, tables, message, place, attempts,
                   seconds, started, worker, language FROM members JOIN points USING (point)
                   LEFT JOIN results USING (id) ORDER BY point, replicate"""
        return self._read(asked)

    def _read(self, asked: str, values: tuple[object, ...] = ()) -> Iterator[dict[str, Any]]:
        cursor = self._database.execute(asked, values)
        names = [each[0] for each in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def _locked(file: TextIO, seconds: float) -> bool:
    """Take the lock; it may be held for a moment by who asks whether it is."""
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True


def read_scalars(text: str | None) -> dict[str, Any]:
    """Return scalars as they were."""
    return {} if text is None else {
        name: float(told["number"]) if isinstance(told, dict) else told for name, told in json.loads(text).items()
    }  # fmt: skip


def read_tables(packed: bytes | None) -> dict[str, pa.Table]:
    """Return tables as they were."""
    made: dict[str, pa.Table] = {}
    reader = pa.BufferReader(packed or b"")
    while reader.tell() < len(packed or b""):
        table = pa.ipc.open_stream(reader).read_all()
        made[table.schema.metadata[b"output"].decode()] = table.replace_schema_metadata(None)
    return made


def _row(result: SimulationResult) -> tuple[object, ...]:
    failure, made = result.failure, result.provenance
    scalars = {
        name: {"number": str(value)} if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in result.scalars.items()
    }
    sink = pa.BufferOutputStream()
    for name, table in result.tables.items():
        named = table.replace_schema_metadata({"output": name})
        with pa.ipc.new_stream(sink, named.schema) as writer:
            writer.write_table(named)
    return (
        result.task.id, "ok" if failure is None else failure.kind,
        json.dumps(scalars) if failure is None else None,
        sink.getvalue().to_pybytes() if result.tables else None,
        failure and failure.message, failure and failure.where, failure and failure.trace,
        made and made.attempts, made and made.seconds, made and made.started, made and made.worker,
        made and made.language,
    )  # fmt: skip
