"""Keeps jobs and what they told, in one SQLite file that outlives the service."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from anops_model_interface.frozen_files import GuardedConnection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, project TEXT NOT NULL, verb TEXT NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL,
    created REAL NOT NULL, started REAL, ended REAL, result TEXT, problem TEXT
);
CREATE INDEX IF NOT EXISTS jobs_created ON jobs (created);
CREATE TABLE IF NOT EXISTS events (
    job TEXT NOT NULL, number INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (job, number)
) WITHOUT ROWID;
"""

_SECRETS = frozenset({"key"})
"""Members of requests that open something."""


class State(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The service ended while it waited or ran."""


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED, State.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Job:
    """A verb that was asked for.

    Attributes:
        id: Names it.
        project: The project it is about.
        verb: The verb.
        request: What was asked.
        state: How far it is.
        created: When it was asked for, in seconds since 1970.
        started: When it began.
        ended: When it ended.
        result: What came of it.
        problem: Why it failed.
    """

    id: str
    project: str
    verb: str
    request: dict[str, Any]
    state: State
    created: float
    started: float | None = None
    ended: float | None = None
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


class Store:
    """All jobs; any thread may use it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, factory=GuardedConnection
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def mark_interrupted(self, problem: Mapping[str, Any]) -> int:
        """Say of all jobs that have not ended that the service did, and return how many there are."""
        return self._run(
            "UPDATE jobs SET state = ?, ended = ?, problem = ? WHERE state IN (?, ?)",
            (State.INTERRUPTED, time.time(), json.dumps(problem), State.QUEUED, State.RUNNING),
        ).rowcount

    def add(self, project: str, verb: str, request: Mapping[str, Any]) -> Job:
        """Keep a new job."""
        job = Job(uuid.uuid4().hex, project, verb, dict(request), State.QUEUED, time.time())
        self._run(
            "INSERT INTO jobs (id, project, verb, request, state, created) VALUES (?, ?, ?, ?, ?, ?)",
            (job.id, project, verb, json.dumps(_kept(request)), job.state, job.created),
        )
        return job

    def begin(self, job: str) -> None:
        """Say that a job runs."""
        self._run("UPDATE jobs SET state = ?, started = ? WHERE id = ?", (State.RUNNING, time.time(), job))

    def end(
        self,
        job: str,
        state: State,
        *,
        result: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Say how a job has ended."""
        self._run(
            "UPDATE jobs SET state = ?, ended = ?, result = ?, problem = ? WHERE id = ?",
            (state, time.time(), _written(result), _written(problem), job),
        )

    def tell(self, job: str, number: int, event: Mapping[str, Any]) -> None:
        """Keep what a job told."""
        self._run("INSERT INTO events (job, number, event) VALUES (?, ?, ?)", (job, number, json.dumps(event)))

    def get(self, job: str) -> Job | None:
        """Return a job."""
        found = self._all("SELECT * FROM jobs WHERE id = ?", (job,))
        return _job(found[0]) if found else None

    def listed(self, project: str | None, most: int) -> list[Job]:
        """Return the youngest jobs, of one project or of all."""
        rows = self._all(
            "SELECT * FROM jobs WHERE ? IS NULL OR project = ? ORDER BY created DESC, id LIMIT ?",
            (project, project, most),
        )
        return [_job(row) for row in rows]

    def told(self, job: str, after: int) -> list[tuple[int, dict[str, Any]]]:
        """Return what a job told, with numbers, after a number."""
        rows = self._all("SELECT number, event FROM events WHERE job = ? AND number > ? ORDER BY number", (job, after))
        return [(number, json.loads(event)) for number, event in rows]

    def _run(self, statement: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        with self._lock:
            return self._connection.execute(statement, values)

    def _all(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _written(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value)


def _job(row: tuple[Any, ...]) -> Job:
    name, project, verb, request, state, created, started, ended, result, problem = row
    return Job(
        name, project, verb, json.loads(request), State(state), created, started, ended,
        None if result is None else json.loads(result), None if problem is None else json.loads(problem),
    )  # fmt: skip


def _kept(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a request is kept: no secret."""
    return {name: value for name, value in request.items() if name not in _SECRETS}
