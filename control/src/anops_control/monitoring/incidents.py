"""Incidents: from when a figure is beyond its limit until it is not any more; each is told once.

They are kept in a file of SQLite. Who evaluates the alerts holds its lock, so that two at once tell nothing twice.
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.moments import utc_text

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.monitoring.measuring import Measured

_TABLE = """
CREATE TABLE IF NOT EXISTS incidents (
    id INTEGER PRIMARY KEY,
    alert TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    value REAL NOT NULL,
    says TEXT NOT NULL,
    webhook INTEGER NOT NULL DEFAULT 0,
    alertmanager INTEGER NOT NULL DEFAULT 0,
    retrained REAL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON incidents (alert, subject) WHERE ended IS NULL;
"""
_COLUMNS = ("id", "alert", "subject", "severity", "started", "ended", "value", "says", "webhook", "alertmanager",
            "retrained")  # fmt: skip
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM incidents"  # noqa: S608  names of ours
TOLD_START, TOLD_END = 1, 2


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident.

    Attributes:
        id: Its number.
        alert: The alert.
        subject: What of: a column, a metric.
        severity: How bad it is.
        started: When it began, in seconds since 1970.
        ended: When it ended; None: it is open.
        value: The figure when it was looked at last.
        says: That in a sentence.
        webhook: How much the webhook was told: 0 nothing, 1 the start, 2 the end.
        alertmanager: The same of Alertmanager.
        retrained: When it had the model refitted.
    """

    id: int
    alert: str
    subject: str
    severity: str
    started: float
    ended: float | None
    value: float
    says: str
    webhook: int
    alertmanager: int
    retrained: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = asdict(self)
        for name in ("started", "ended", "retrained"):
            told[name] = None if told[name] is None else utc_text(told[name])
        return told


class Incidents:
    """The incidents of a project."""

    def __init__(self, file: Path) -> None:
        """Open the file.

        Raises:
            CommandError: It can't be used.
        """
        self._file = file
        with self._open() as database:
            database.executescript(_TABLE)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=10)) as database, database:
                yield database
        except sqlite3.Error as error:
            raise CommandError(
                f"The incidents in {self._file} can't be kept or read: {error}.",
                remedy="Free some disk space, or make the file writable; what was found is told again next time.",
                code=Code.STORE_UNUSABLE,
            ) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else evaluate alerts meanwhile."""
        with self._file.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def all(self, most: int = 200) -> list[Incident]:
        """Return them: the open ones, then the newest."""
        with self._open() as database:
            found = database.execute(f"{_ALL} ORDER BY ended IS NOT NULL, started DESC, id DESC LIMIT ?", (most,))
            return [Incident(*each) for each in found]

    def open(self) -> dict[tuple[str, str], Incident]:
        """Return those that have not ended, by alert and subject."""
        with self._open() as database:
            found = [Incident(*each) for each in database.execute(f"{_ALL} WHERE ended IS NULL")]
        return {(each.alert, each.subject): each for each in found}

    def untold(self, who: str) -> list[Incident]:
        """Return those whose start or end somebody was not told yet, the oldest first.

        Args:
            who: "webhook", or "alertmanager".
        """
        wanted = f"{_ALL} WHERE {who} = 0 OR ({who} = 1 AND ended IS NOT NULL) ORDER BY id"
        with self._open() as database:
            return [Incident(*each) for each in database.execute(wanted)]

    def told(self, who: str, incidents: list[Incident]) -> None:
        """Keep that somebody was told of incidents as they are."""
        with self._open() as database:
            for each in incidents:
                level = TOLD_START if each.ended is None else TOLD_END
                database.execute(f"UPDATE incidents SET {who} = ? WHERE id = ?", (level, each.id))  # noqa: S608  ours

    def begin(self, found: Measured, severity: str, now: float) -> None:
        """Keep that an incident has begun."""
        with self._open() as database:
            database.execute(
                "INSERT INTO incidents (alert, subject, severity, started, value, says) VALUES (?, ?, ?, ?, ?, ?)",
                (found.alert, found.subject, severity, now, found.value, found.says),
            )

    def goes_on(self, incident: Incident, found: Measured) -> None:
        """Keep what an incident is like now."""
        with self._open() as database:
            database.execute(
                "UPDATE incidents SET value = ?, says = ? WHERE id = ?", (found.value, found.says, incident.id)
            )

    def end(self, incident: Incident, now: float) -> None:
        """Keep that an incident has ended; a clock that was set back ends it when it began."""
        with self._open() as database:
            database.execute("UPDATE incidents SET ended = ? WHERE id = ?", (max(now, incident.started), incident.id))

    def retrained(self, incidents: list[Incident], now: float) -> None:
        """Keep that incidents had the model refitted."""
        with self._open() as database:
            database.executemany(
                "UPDATE incidents SET retrained = ? WHERE id = ?", [(now, each.id) for each in incidents]
            )

    def last_retrained(self) -> float | None:
        """Return when an incident last had the model refitted."""
        with self._open() as database:
            (found,) = database.execute("SELECT max(retrained) FROM incidents").fetchone()
        return None if found is None else float(found)
