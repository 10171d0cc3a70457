"""The store in one file of SQLite, which several processes of one machine share."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from anops_model_interface.frozen_files import GuardedConnection

from anops_series.port import StoreAwayError
from anops_series.tables import FORM, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anops_series.database import Rows, Statements

_WAIT_SECONDS = 5.0
_FORM_OF_MOMENTS = "%Y-%m-%dT%H:%M:%S.%fZ"


class SQLite:
    """A file in WAL mode: who reads waits for nobody, and a writer waits for the one before."""

    lock = ""

    def __init__(self, file: Path) -> None:
        """Know where it is; it is opened when it is asked, and again where that failed.

        Args:
            file: The file; it is made where there is none.
        """
        self._file = file
        self._open: GuardedConnection | None = None

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """Return a transaction that sees one state of everything."""
        with self._transaction("BEGIN") as statements:
            yield statements

    @contextmanager
    def writing(self) -> Iterator[Statements]:
        """Return a transaction that is whole or nothing."""
        with self._transaction("BEGIN IMMEDIATE") as statements:
            yield statements

    def moment(self, moment: datetime) -> str:
        """Return a time as text, which sorts as times do."""
        return moment.astimezone(UTC).strftime(_FORM_OF_MOMENTS)

    def read_moment(self, kept: object) -> datetime:
        """Return a time that was kept."""
        return datetime.strptime(str(kept), _FORM_OF_MOMENTS).replace(tzinfo=UTC)

    def close(self) -> None:
        """Close the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Statements]:
        try:
            if self._open is None or not self._file.exists():
                self.close()
                self._open = _opened(self._file)
            statements = self._open
            statements.execute(begin)
            try:
                yield _Statements(statements)
            except BaseException:
                statements.execute("ROLLBACK")
                raise
            statements.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            if self._open is not None and self._open.frozen is None:  # else it goes on once the file may be written
                self.close()
            raise StoreAwayError(f"{self._file} can't be used: {error}") from error


class _Statements:
    def __init__(self, connection: GuardedConnection) -> None:
        self._connection = connection

    def all(self, statement: str, values: Sequence[object] = ()) -> Rows:
        return self._connection.execute(statement, values).fetchall()

    def many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        self._connection.executemany(statement, values)


def _opened(file: Path) -> GuardedConnection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None, factory=GuardedConnection)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was answered with 200 outlives a power cut
        connection.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            connection.execute(table.format(moment="TEXT", number="REAL"))
        found = connection.execute("SELECT form FROM store").fetchall()
        if not found:
            connection.execute("INSERT INTO store (form, id) VALUES (?, ?)", (FORM, uuid4().hex))
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    if found and found[0][0] != FORM:
        connection.close()
        raise StoreAwayError(
            f"{file} was made by another version of AnOps (form {found[0][0]}, and this one has {FORM})."
        )
    return connection
