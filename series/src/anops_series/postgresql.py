"""The store in PostgreSQL, which several machines share."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, LiteralString, cast
from uuid import uuid4

import psycopg

from anops_series.port import StoreAwayError
from anops_series.tables import FORM, PARTITIONED, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_series.database import Rows, Statements

_SCHEMA = "anops_series"
_ONE_AT_A_TIME = 7_246_031_145
"""Whoever makes the tables holds this lock: two who make the same at once fail."""
_CONNECT_SECONDS = 3
_STATEMENT_SECONDS = 10


class PostgreSQL:
    """A database, whose tables stand in a schema of their own."""

    lock = " FOR UPDATE"

    def __init__(self, address: str) -> None:
        """Know where it is; it is asked when it is needed, and again where that failed.

        Args:
            address: As `postgresql://user:password@host:5432/database`.
        """
        self._address = address
        self._open: psycopg.Connection[tuple[Any, ...]] | None = None

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """Return a transaction that sees one state of everything."""
        with self._transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY") as statements:
            yield statements

    @contextmanager
    def writing(self) -> Iterator[Statements]:
        """Return a transaction that is whole or nothing."""
        with self._transaction("SET TRANSACTION ISOLATION LEVEL READ COMMITTED") as statements:
            yield statements

    def moment(self, moment: datetime) -> datetime:
        """Return a time as it is."""
        return moment

    def read_moment(self, kept: object) -> datetime:
        """Return a time that was kept, in UTC."""
        return cast("datetime", kept).astimezone(UTC)

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            with suppress(psycopg.Error):
                self._open.close()
            self._open = None

    @contextmanager
    def _transaction(self, mode: LiteralString) -> Iterator[Statements]:
        try:
            connection = self._connected()
            with connection.transaction():
                connection.execute(mode)
                yield _Statements(connection)
        except psycopg.Error as error:
            self.close()
            raise StoreAwayError(f"The time-series store can't be used: {_first_line(error)}") from error

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection that answers; a server that was started again has left the old one dead."""
        if self._open is not None:
            try:
                self._open.execute("SELECT 1")
                return self._open
            except psycopg.Error:
                self.close()
        self._open = psycopg.connect(
            self._address,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            application_name="anops",
            options=f"-c search_path={_SCHEMA} -c statement_timeout={_STATEMENT_SECONDS}s -c timezone=UTC",
        )
        _make_tables(self._open)
        return self._open


class _Statements:
    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def all(self, statement: str, values: Sequence[object] = ()) -> Rows:
        cursor = self._connection.execute(_with_places(statement), values)
        return cursor.fetchall() if cursor.description is not None else []

    def many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_with_places(statement), values)


def _with_places(statement: str) -> str:
    return statement.replace("?", "%s")


def _make_tables(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
        for table in TABLES:
            made = table.format(moment="TIMESTAMPTZ", number="DOUBLE PRECISION")
            connection.execute(made)
        found = connection.execute("SELECT form FROM store").fetchall()
        if not found:
            connection.execute("INSERT INTO store (form, id) VALUES (%s, %s)", (FORM, uuid4().hex))
            _partition(connection)
    if found and found[0][0] != FORM:
        raise StoreAwayError(
            f"The time-series store was made by another version of AnOps (form {found[0][0]}, and this one has {FORM})."
        )


def _partition(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Make hypertables where TimescaleDB is installed in the database."""
    there = connection.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
        "WHERE e.extname = 'timescaledb'"
    ).fetchall()
    for table in PARTITIONED if there else ():
        connection.execute(
            f'SELECT "{there[0][0]}".create_hypertable(%s::regclass, %s::name)',
            (f"{_SCHEMA}.{table}", "time"),
        )


def _first_line(error: psycopg.Error) -> str:
    """Return what went wrong; a password stands in no message of the driver, and an address stays out of ours."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
