"""What is kept of schedules: up to when each is dealt with, and every run; a SQLite file below `.anops`."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.moments import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEPT_RUNS = 500
"""How many runs of a schedule are kept, with their logs."""
_TABLES = """
CREATE TABLE IF NOT EXISTS schedules (name TEXT PRIMARY KEY, times TEXT NOT NULL, handled REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, schedule TEXT NOT NULL, does TEXT NOT NULL, cause TEXT NOT NULL, due REAL,
    began REAL, ended REAL, state TEXT NOT NULL, missed INTEGER NOT NULL DEFAULT 0, message TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS runs_of ON runs (schedule, id);
CREATE TABLE IF NOT EXISTS stops (asked REAL NOT NULL) STRICT;
"""
_COLUMNS = "id, schedule, does, cause, due, began, ended, state, missed, message"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a schedule, or why there was none.

    Attributes:
        id: Its number.
        schedule: The schedule's name.
        does: What was done.
        cause: `time`, `missed` or `asked`.
        due: The time it was due; None where a person asked for it.
        began: When it began.
        ended: When it ended.
        state: `running`, `done`, `failed`, `interrupted`, `skipped` or `missed`.
        missed: How many times it stands for that were not run.
        message: What went wrong.
    """

    id: int
    schedule: str
    does: str
    cause: str
    due: float | None
    began: float | None
    ended: float | None
    state: str
    missed: int
    message: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON; times are UTC, as RFC 3339 writes them."""
        return {
            "id": self.id, "schedule": self.schedule, "does": self.does, "cause": self.cause, "state": self.state,
            "due": _written(self.due), "began": _written(self.began), "ended": _written(self.ended),
            "missed": self.missed, "message": self.message,
        }  # fmt: skip


class Store:
    """The file; each call opens it anew, so that several processes may use it."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that holds it, which is made where it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / "schedules.db"
        with self._open() as database:
            database.executescript(_TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=30)) as database, database:
            database.execute("PRAGMA journal_mode = WAL")
            yield database

    def log_of(self, run: int) -> Path:
        """Return the file of what a run said."""
        return self.folder / "logs" / f"{run}.log"

    def begin(self, times: Mapping[str, str], now: datetime) -> None:
        """Take in the schedules there are: a new one, or one with other times, counts from now on.

        Args:
            times: What tells the times of each apart from others.
            now: What the clock says.
        """
        with self._open() as database:
            names = list(times)
            database.execute(f"DELETE FROM schedules WHERE name NOT IN ({_marks(names)})", names)  # noqa: S608  marks
            for name, each in times.items():
                database.execute(
                    "INSERT INTO schedules VALUES (:name, :times, :now) ON CONFLICT (name) DO UPDATE "
                    "SET times = :times, handled = :now WHERE times <> :times",
                    {"name": name, "times": each, "now": now.timestamp()},
                )

    def handled(self, name: str) -> datetime | None:
        """Return up to when a schedule is dealt with, or None where it never began."""
        with self._open() as database:
            found = database.execute("SELECT handled FROM schedules WHERE name = ?", (name,)).fetchone()
        return None if found is None else datetime.fromtimestamp(found[0], UTC)

    def handle(self, name: str, until: datetime) -> None:
        """Keep up to when a schedule is dealt with."""
        with self._open() as database:
            database.execute("UPDATE schedules SET handled = ? WHERE name = ?", (until.timestamp(), name))

    def add(self, schedule: str, does: str, cause: str, state: str, *, due: datetime | None = None,
            now: datetime | None = None, missed: int = 0, message: str | None = None) -> int:  # fmt: skip
        """Keep a run, or that there was none, and return its number."""
        moment = None if now is None else now.timestamp()
        ended = None if state == "running" else moment
        row = (schedule, does, cause, None if due is None else due.timestamp(), moment, ended, state, missed, message)
        with self._open() as database:
            found = database.execute(
                "INSERT INTO runs (schedule, does, cause, due, began, ended, state, missed, message) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row,
            )  # fmt: skip
            number = int(found.lastrowid or 0)
            old = database.execute(
                "SELECT id FROM runs WHERE schedule = ? ORDER BY id DESC LIMIT -1 OFFSET ?", (schedule, KEPT_RUNS)
            ).fetchall()
            database.executemany("DELETE FROM runs WHERE id = ?", old)
        for (each,) in old:
            self.log_of(each).unlink(missing_ok=True)
        return number

    def end(self, run: int, state: str, now: datetime, message: str | None = None) -> None:
        """Keep how a run ended."""
        with self._open() as database:
            database.execute(
                "UPDATE runs SET state = ?, ended = ?, message = ? WHERE id = ?", (state, now.timestamp(), message, run)
            )

    def runs(self, schedule: str | None = None, *, run: int | None = None, limit: int = 20) -> list[Run]:
        """Return runs, the newest first."""
        with self._open() as database:
            rows = database.execute(
                f"SELECT {_COLUMNS} FROM runs WHERE (:schedule IS NULL OR schedule = :schedule) "  # noqa: S608  ours
                "AND (:run IS NULL OR id = :run) ORDER BY id DESC LIMIT :limit",
                {"schedule": schedule, "run": run, "limit": limit},
            ).fetchall()
        return [Run(*row) for row in rows]

    def ask_to_stop(self, now: datetime) -> None:
        """Let whoever runs the schedules end."""
        with self._open() as database:
            database.execute("INSERT INTO stops VALUES (?)", (now.timestamp(),))

    def is_asked_to_stop(self) -> bool:
        """Whether somebody asked that."""
        with self._open() as database:
            return database.execute("SELECT 1 FROM stops").fetchone() is not None

    def forget_stops(self) -> None:
        """Take it as done."""
        with self._open() as database:
            database.execute("DELETE FROM stops")


def _marks(names: list[str]) -> str:
    return ", ".join("?" * len(names))


def _written(seconds: float | None) -> str | None:
    return None if seconds is None else utc_text(seconds)
