"""The tables that predictions and outcomes are kept in."""

from __future__ import annotations

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


class OtherFormError(Exception):
    """A file was made by another AnOps, with another schema; the text says so."""
