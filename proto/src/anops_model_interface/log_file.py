"""The file of SQLite that predictions and outcomes are kept in: its schema, and how it is opened."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FORM = 3
"""The version of the schema; it stands in the file as `user_version`."""
SCHEMA = """
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
    outputs TEXT,
    warnings TEXT,
    role TEXT NOT NULL DEFAULT '',
    unit TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS by_request ON predictions (request_id);
CREATE INDEX IF NOT EXISTS by_model ON predictions (digest, time);
CREATE INDEX IF NOT EXISTS by_time ON predictions (time);
CREATE TABLE IF NOT EXISTS dropped (time REAL NOT NULL, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    time REAL NOT NULL,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    code TEXT NOT NULL,
    role TEXT NOT NULL,
    unit TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS failures_by_time ON failures (time);
CREATE TABLE IF NOT EXISTS outcomes (
    id INTEGER PRIMARY KEY,
    request_id TEXT,
    row INTEGER,
    key TEXT,
    time REAL NOT NULL,
    outcome TEXT NOT NULL,
    received REAL NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS outcome_of_row ON outcomes (request_id, row) WHERE request_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS outcome_of_key ON outcomes (key, time) WHERE key IS NOT NULL;
"""
_WAIT_SECONDS = 5.0


class OtherFormError(Exception):
    """A file was made by another AnOps, with another schema; the text says so."""


def opened(file: Path, *, only_read: bool = False, wait_seconds: float = _WAIT_SECONDS) -> sqlite3.Connection:
    """Open a log; one that is to be written is made where it is not there.

    Args:
        file: Its file.
        only_read: Change nothing.
        wait_seconds: How long to wait for others who are writing.

    Raises:
        OSError: It can't be opened.
        OtherFormError: It has another schema.
    """
    try:
        if only_read:
            connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=wait_seconds)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(file, timeout=wait_seconds)
        form = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if form not in {0, FORM}:
            connection.close()
            how = "a newer AnOps" if form > FORM else "an earlier AnOps"
            remedy = "Use that one, or a later one." if form > FORM else "Bring it up to date: ao upgrade"
            raise OtherFormError(f"{file} was written by {how} (form {form}, and this one has {FORM}). {remedy}")
        if not only_read:
            # before the first table: what is deleted gives its room back, a step at a time
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(SCHEMA)
            connection.execute(f"PRAGMA user_version = {FORM}")
            connection.commit()
    except sqlite3.Error as error:
        raise OSError(f"{file} can't be used as a store of predictions: {error}") from error
    return connection
