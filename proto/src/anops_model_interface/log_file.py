"""Where predictions and outcomes are kept, a file of SQLite or a database of PostgreSQL, and how that is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anops_model_interface.frozen_files import GuardedConnection
from anops_model_interface.log_schema import FORM, SCHEMA, OtherFormError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_model_interface.log_postgresql import PostgreSQLLog

__all__ = ["FORM", "LogPlace", "OtherFormError", "is_there", "log_place", "opened", "size_of"]

LogPlace = Path | str
"""A file, or an address of PostgreSQL."""
_WAIT_SECONDS = 5.0
_SCHEMES = ("postgresql", "postgres")


def log_place(written: str) -> LogPlace:
    """Return where a log is, as a person writes it.

    Raises:
        ValueError: It is an address of something else.
    """
    if "://" not in written:
        return Path(written)
    if urlsplit(written).scheme not in _SCHEMES:
        raise ValueError(
            "must be a file, or an address of PostgreSQL such as postgresql://anops@db:5432/log, not one of "
            f"{written.partition('://')[0]}"
        )
    return written


def shown(place: LogPlace) -> str:
    """Return a place for a message: an address without what it may have of a user and a password."""
    if isinstance(place, Path):
        return str(place)
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def opened(
    place: LogPlace, *, only_read: bool = False, wait_seconds: float = _WAIT_SECONDS
) -> sqlite3.Connection | PostgreSQLLog:
    """Open a log; one that is to be written is made where it is not there.

    Args:
        place: Where it is.
        only_read: Change nothing.
        wait_seconds: How long to wait for others who are writing a file.

    Raises:
        OSError: It can't be opened.
        OtherFormError: It has another schema.
    """
    if isinstance(place, str):
        return _postgresql(place, only_read=only_read)
    try:
        if only_read:
            connection = sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True, timeout=wait_seconds)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(place, timeout=wait_seconds, factory=GuardedConnection)
        form = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if form not in {0, FORM}:
            connection.close()
            how = "a newer AnOps" if form > FORM else "an earlier AnOps"
            remedy = "Use that one, or a later one." if form > FORM else "Bring it up to date: ao upgrade"
            raise OtherFormError(f"{place} was written by {how} (form {form}, and this one has {FORM}). {remedy}")
        if not only_read:
            # before the first table: what is deleted gives its room back, a step at a time
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(SCHEMA)
            connection.execute(f"PRAGMA user_version = {FORM}")
            connection.commit()
    except sqlite3.Error as error:
        raise OSError(f"{place} can't be used as a store of predictions: {error}") from error
    return connection


def is_there(place: LogPlace) -> bool:
    """Return whether anything was kept there yet.

    Raises:
        OSError: A database does not answer.
    """
    if isinstance(place, Path):
        return place.is_file() and _has_table(place)
    return bool(_driver().is_in(place))


def _has_table(place: Path) -> bool:
    """Return whether a file is more than what is left of a log that ended before its first table was made."""
    try:
        with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)) as log:
            found = log.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1").fetchone()
    except sqlite3.Error:
        return True  # what opens it says what is wrong with it
    return found is not None


def size_of(place: LogPlace) -> int:
    """Return how large a log is, in bytes.

    Raises:
        OSError: It can't be looked at.
        OtherFormError: It has another schema.
    """
    if isinstance(place, Path):
        return place.stat().st_size
    log = _postgresql(place, only_read=True)
    try:
        return log.bytes_used()
    finally:
        log.close()


def rows_of(
    log: sqlite3.Connection | PostgreSQLLog, statement: str, values: Sequence[object] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield what a statement gives, without having all of it in memory.

    Raises:
        OSError: It fails, in PostgreSQL.
    """
    if isinstance(log, sqlite3.Connection):
        return log.execute(statement, values)
    return log.each(statement, values)


def _postgresql(address: str, *, only_read: bool) -> PostgreSQLLog:
    made: PostgreSQLLog = _driver().PostgreSQLLog(address, only_read=only_read)
    return made


def _driver() -> Any:  # noqa: ANN401  a module
    try:
        from anops_model_interface import log_postgresql  # noqa: PLC0415  the driver is an extra
    except ImportError as error:
        raise OSError(
            "a log in PostgreSQL needs the package psycopg: `ao extra add monitoring`, and for a service of your own "
            '`pip install "anops-model-interface[postgresql]"`'
        ) from error
    return log_postgresql
