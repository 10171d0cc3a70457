"""The store of predictions that were made: one schema, for those who write it and those who read it.

It is a file of SQLite. A row of `predictions` is a request, or a piece of a long one; what was asked and answered is
empty unless somebody wanted that kept. `dropped` counts what a busy service could not keep.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORM = 1
"""The version of the schema; it stands in the file as `user_version`."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS predictions (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    time REAL NOT NULL,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    first_row INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    options TEXT,
    inputs TEXT,
    outputs TEXT
);
CREATE INDEX IF NOT EXISTS by_request ON predictions (request_id);
CREATE INDEX IF NOT EXISTS by_model ON predictions (digest, time);
CREATE TABLE IF NOT EXISTS dropped (time REAL NOT NULL, count INTEGER NOT NULL);
"""
_COLUMNS = ("request_id", "time", "model", "version", "digest", "first_row", "rows", "options", "inputs", "outputs")
_INSERT = f"INSERT INTO predictions ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608  our own names
_OF_REQUEST = f"SELECT {', '.join(_COLUMNS)} FROM predictions WHERE request_id = ? ORDER BY id"  # noqa: S608  the same
_WAIT_SECONDS = 5.0


class OtherFormError(Exception):
    """A file was made by another AnOps, with another schema; the text says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A request that was answered, or a piece of one.

    Attributes:
        request_id: The request.
        time: When it was answered, in seconds since 1970.
        model: The model's name.
        version: Its version.
        digest: Which fit it is; empty where its server does not say.
        first_row: The first row of this piece, from 0.
        rows: How many rows it has.
        options: What was asked of the model, as JSON; None where it was not to be kept.
        inputs: The rows, as JSON: a list of objects; None the same.
        outputs: The predictions, the same.
    """

    request_id: str
    time: float
    model: str
    version: str
    digest: str
    first_row: int = 0
    rows: int
    options: str | None = None
    inputs: str | None = None
    outputs: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a fit of a model was asked.

    Attributes:
        requests: How many requests it has answered.
        rows: With how many rows.
        first: When the first one was answered, in seconds since 1970.
        last: When the last one was.
    """

    requests: int
    rows: int
    first: float
    last: float


class PredictionStore:
    """A file of predictions, open in one thread."""

    def __init__(self, file: Path, *, only_read: bool = False) -> None:
        """Open it; one that is to be written is made where it is not there.

        Raises:
            OSError: It can't be opened.
            OtherFormError: It has another schema.
        """
        try:
            if only_read:
                self._open = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                self._open = sqlite3.connect(file, timeout=_WAIT_SECONDS)
            form = int(self._open.execute("PRAGMA user_version").fetchone()[0])
            if form not in {0, FORM}:
                raise OtherFormError(f"{file} was written by another AnOps (form {form}, and this one has {FORM}).")
            if not only_read:
                self._open.execute("PRAGMA journal_mode = WAL")
                self._open.execute("PRAGMA synchronous = NORMAL")
                self._open.executescript(_SCHEMA)
                self._open.execute(f"PRAGMA user_version = {FORM}")
                self._open.commit()
        except sqlite3.Error as error:
            raise OSError(f"{file} can't be used as a store of predictions: {error}") from error

    def add(self, predictions: Iterable[Prediction], *, dropped: int = 0, time: float = 0.0) -> None:
        """Keep predictions, all of them or none.

        Raises:
            OSError: They can't be kept.
        """
        rows = [tuple(getattr(each, name) for name in _COLUMNS) for each in predictions]
        try:
            with self._open:
                self._open.executemany(_INSERT, rows)
                if dropped:
                    self._open.execute("INSERT INTO dropped (time, count) VALUES (?, ?)", (time, dropped))
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def of_request(self, request_id: str) -> list[Prediction]:
        """Return the pieces of a request, in the order of their rows; of one asked again, the last answer last."""
        found = self._all(_OF_REQUEST, (request_id,))
        made = (dict[str, Any](zip(_COLUMNS, each, strict=True)) for each in found)
        return [Prediction(**each) for each in made]

    def nearest(self, start: str, most: int = 50) -> list[str]:
        """Return ids of requests that begin alike."""
        found = self._all(
            "SELECT DISTINCT request_id FROM predictions WHERE substr(request_id, 1, ?) = ? ORDER BY id DESC LIMIT ?",
            (len(start), start, most),
        )
        return [str(each[0]) for each in found]

    def of_model(self, digest: str) -> Summary | None:
        """Return what a fit of a model was asked; None where nothing was."""
        (found,) = self._all(
            "SELECT count(DISTINCT request_id), sum(rows), min(time), max(time) FROM predictions WHERE digest = ?",
            (digest,),
        )
        return Summary(int(found[0]), int(found[1]), float(found[2]), float(found[3])) if found[0] else None

    def dropped(self) -> int:
        """Return how many requests could not be kept."""
        (found,) = self._all("SELECT coalesce(sum(count), 0) FROM dropped", ())
        return int(found[0])

    def close(self) -> None:
        """Close it."""
        self._open.close()

    def _all(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._open.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
