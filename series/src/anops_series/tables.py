"""The tables of a store, which are the same in SQLite and PostgreSQL but for the names of types.

`observations` holds what counts now, `corrections` what was replaced. Everybody may read them: the names are plain.
"""

from __future__ import annotations

FORM = 1
"""The version of the tables; it stands in `store`."""

TABLES = (
    "CREATE TABLE IF NOT EXISTS store (form INTEGER NOT NULL, id TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS series (
        name TEXT PRIMARY KEY,
        version BIGINT NOT NULL,
        frequency TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        key_columns TEXT NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS observations (
        series TEXT NOT NULL,
        key TEXT NOT NULL,
        time {moment} NOT NULL,
        value {number} NOT NULL,
        regressors TEXT NOT NULL,
        received {moment} NOT NULL,
        version BIGINT NOT NULL,
        PRIMARY KEY (series, key, time)
    )""",
    """CREATE TABLE IF NOT EXISTS corrections (
        series TEXT NOT NULL,
        key TEXT NOT NULL,
        time {moment} NOT NULL,
        value {number} NOT NULL,
        regressors TEXT NOT NULL,
        received {moment} NOT NULL,
        replaced {moment} NOT NULL,
        version BIGINT NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS forecasts (
        series TEXT NOT NULL,
        key TEXT NOT NULL,
        time {moment} NOT NULL,
        step INTEGER NOT NULL,
        prediction {number} NOT NULL,
        bounds TEXT NOT NULL,
        made {moment} NOT NULL,
        request_id TEXT NOT NULL,
        model_version TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS forecasts_by_time ON forecasts (series, time)",
    "CREATE INDEX IF NOT EXISTS corrections_by_place ON corrections (series, key, time)",
)

PARTITIONED = ("observations", "forecasts")
"""What TimescaleDB makes hypertables of, by time."""
