"""The newest values of each entity in a SQLite file, with when they are of: fresh by the same rule as in history."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_TABLE = """
CREATE TABLE IF NOT EXISTS features (
    view TEXT NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (view, entity)
) STRICT, WITHOUT ROWID
"""
_PUT = """
INSERT INTO features VALUES (?, ?, ?, ?) ON CONFLICT (view, entity)
DO UPDATE SET time = excluded.time, told = excluded.told WHERE excluded.time >= features.time
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Online:
    """The store of a project."""

    def __init__(self, file: Path) -> None:
        """Take its file, which is made where it is not there."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        with closing(self._open()) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(_TABLE)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=30)

    def put(self, view: str, rows: Iterable[tuple[Sequence[Any], int, dict[str, Any]]]) -> int:
        """Keep the newest values, all or none, and return how many were newer than what was there, or as new.

        Args:
            view: The feature view.
            rows: The key, the time in microseconds, and the values of each entity.
        """
        with closing(self._open()) as database, database:
            before = database.total_changes
            database.executemany(
                _PUT, ((view, _text(key), time, json.dumps(told, default=_plain)) for key, time, told in rows)
            )
            return database.total_changes - before

    def get(self, view: str, key: Sequence[Any]) -> tuple[datetime, dict[str, Any]] | None:
        """Return the newest values of an entity and when they are of; None where there are none."""
        with closing(self._open()) as database:
            found = database.execute(
                "SELECT time, told FROM features WHERE view = ? AND entity = ?", (view, _text(key))
            ).fetchone()
        return None if found is None else (_EPOCH + timedelta(microseconds=found[0]), json.loads(found[1]))

    def count(self, view: str) -> tuple[int, datetime | None]:
        """Return how many entities a view has here, and the newest time."""
        with closing(self._open()) as database:
            number, newest = database.execute(
                "SELECT count(*), max(time) FROM features WHERE view = ?", (view,)
            ).fetchone()
        return number, None if newest is None else _EPOCH + timedelta(microseconds=newest)


def _text(key: Sequence[Any]) -> str:
    """Return a key as text: 7 and 7.0 and "7" are one, since a request may send any of them."""
    return json.dumps([_key(each) for each in key])


def _key(value: Any) -> str:  # noqa: ANN401  whatever identifies an entity
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
