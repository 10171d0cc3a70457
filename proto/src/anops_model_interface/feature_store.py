"""The newest values of each entity, with when they are of: for who keeps them and who looks them up.

They are in a file of SQLite, or in Redis, which several machines share. A value counts by the rule of its view, which
is kept beside it: what is older than its time to live, or of a time that has not come, is never given out.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    view TEXT NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (view, entity)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views (view TEXT NOT NULL PRIMARY KEY, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
_PUT = """
INSERT INTO features VALUES (?, ?, ?, ?) ON CONFLICT (view, entity)
DO UPDATE SET time = excluded.time, told = excluded.told
WHERE features.time > ? OR (excluded.time <= ? AND excluded.time >= features.time)
"""
_VIEW = "INSERT INTO views VALUES (?, ?) ON CONFLICT (view) DO UPDATE SET told = excluded.told"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = tuple["Sequence[Any]", int, dict[str, Any]]
"""A key, the time in microseconds since 1970, and the values."""


@dataclass(frozen=True, slots=True)
class View:
    """What a store knows of a feature view.

    Attributes:
        entity: The columns that say whom a row is about.
        features: The names of its values.
        ttl: How many seconds a value counts; None: for ever.
    """

    entity: tuple[str, ...]
    features: tuple[str, ...]
    ttl: float | None = None

    def written(self) -> str:
        """Return it as a store keeps it."""
        return json.dumps({"entity": self.entity, "features": self.features, "ttl": self.ttl})

    @classmethod
    def read(cls, text: str) -> View:
        """Return what `written()` wrote."""
        told = json.loads(text)
        return cls(tuple(told["entity"]), tuple(told["features"]), told["ttl"])


@dataclass(frozen=True, slots=True)
class Found:
    """Values of an entity.

    Attributes:
        state: "fresh"; or "stale", "future" or "missing", which have no values.
        time: When they are of; None where there are none.
        values: They.
    """

    state: str
    time: datetime | None
    values: dict[str, Any]


def judged(told: tuple[int, str] | None, view: View, now: datetime) -> Found:
    """Return values as they count at a time.

    Args:
        told: When they are of, in microseconds since 1970, and they as JSON; None: there are none.
        view: What says how long they count.
        now: The time.
    """
    if told is None:
        return Found("missing", None, {})
    time = _EPOCH + timedelta(microseconds=told[0])
    if time > now:
        return Found("future", time, {})
    if view.ttl is not None and (now - time).total_seconds() > view.ttl:
        return Found("stale", time, {})
    values: dict[str, Any] = json.loads(told[1])
    return Found("fresh", time, values)


class FeatureStore(Protocol):
    """A store of the newest values. What goes wrong is an `OSError`, whose text says why."""

    def put(self, name: str, view: View, rows: Iterable[Row], now: datetime) -> int:
        """Keep the newest values of a view, and return how many are newer than what was there, or as new.

        One of a time that has not come `now` gives way to any other, and takes the place of none that counts.
        """

    def brought_by(self, name: str) -> str:
        """Return the command that brings a view there."""

    def view(self, name: str) -> View | None:
        """Return what is known of a view; None: nothing."""

    def get(self, name: str, keys: Sequence[Sequence[Any]]) -> list[tuple[int, str] | None]:
        """Return of each key the time in microseconds, and the values as JSON; None where there are none."""

    def count(self, name: str) -> tuple[int, datetime | None]:
        """Return how many entities a view has here, and the newest time."""


class SqliteFeatures:
    """A store in a file."""

    def __init__(self, file: Path, *, only_read: bool = False) -> None:
        """Take its file, which is made where it is not there, unless it is only read.

        Raises:
            OSError: It can't be opened.
        """
        self._file, self._only_read = file, only_read
        if only_read:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(self._open()) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise OSError(f"{file}: {error}") from error

    def put(self, name: str, view: View, rows: Iterable[Row], now: datetime) -> int:
        """Keep values, all or none."""
        limit = microseconds_of(now)
        told = (
            (name, key_text(key), time, json.dumps(values, default=plain), limit, limit) for key, time, values in rows
        )
        try:
            with closing(self._open()) as database, database:
                before = database.total_changes
                database.executemany(_PUT, told)
                changed = database.total_changes - before
                database.execute(_VIEW, (name, view.written()))
                return changed
        except sqlite3.Error as error:
            raise OSError(f"{self._file}: {error}") from error

    def brought_by(self, name: str) -> str:
        """Return what brings a view there."""
        return brought_by(name)

    def view(self, name: str) -> View | None:
        """Return a view."""
        (found,) = self._all("SELECT told FROM views WHERE view = ?", [(name,)])
        return None if found is None else View.read(found[0])

    def get(self, name: str, keys: Sequence[Sequence[Any]]) -> list[tuple[int, str] | None]:
        """Return values."""
        wanted = [(name, key_text(key)) for key in keys]
        return self._all("SELECT time, told FROM features WHERE view = ? AND entity = ?", wanted)

    def count(self, name: str) -> tuple[int, datetime | None]:
        """Return how many there are."""
        ((number, newest),) = self._all("SELECT count(*), max(time) FROM features WHERE view = ?", [(name,)])
        return number, None if newest is None else _EPOCH + timedelta(microseconds=newest)

    def _all(self, query: str, wanted: Sequence[tuple[str, ...]]) -> list[Any]:
        try:
            with closing(self._open()) as database:
                return [database.execute(query, each).fetchone() for each in wanted]
        except sqlite3.Error as error:
            raise OSError(f"{self._file}: {error}") from error

    def _open(self) -> sqlite3.Connection:
        if self._only_read:
            return sqlite3.connect(f"{self._file.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
        return sqlite3.connect(self._file, timeout=30)


def brought_by(name: str) -> str:
    """Return the command that brings a view into a store of ours."""
    return f"ao features materialize {name}"


def key_text(key: Sequence[Any]) -> str:
    """Return a key as text: 7 and 7.0 and "7" are one, since a request may send any of them."""
    return json.dumps([_key(each) for each in key])


def _key(value: Any) -> str:  # noqa: ANN401  whatever identifies an entity
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def microseconds_of(moment: datetime) -> int:
    """Return a moment as a store keeps times."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def plain(value: object) -> str:
    """Return a value that JSON does not know as text."""
    return value.isoformat() if isinstance(value, date) else str(value)
