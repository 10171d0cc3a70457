"""From an address to a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anops_series.sql_store import SqlStore
from anops_series.sqlite import SQLite

if TYPE_CHECKING:
    from anops_series.port import SeriesStore

_POSTGRESQL = ("postgresql", "postgres")


class AddressError(Exception):
    """An address names no store, or one whose driver is not installed; the text says what to do."""


def open_store(address: str) -> SeriesStore:
    """Return the store at an address; it is looked at only when it is asked.

    Args:
        address: The path of a file, `sqlite:///` with one behind it, or `postgresql://…`.

    Raises:
        AddressError: It is none of these, or the driver of PostgreSQL is missing.
    """
    scheme = urlsplit(address).scheme if "://" in address else ""
    if scheme in _POSTGRESQL:
        try:
            from anops_series.postgresql import PostgreSQL  # noqa: PLC0415  the driver is an extra
        except ImportError as error:
            raise AddressError(
                "A time-series store in PostgreSQL needs the package psycopg. Install it: "
                'pip install "anops-series[postgresql]"'
            ) from error
        return SqlStore(PostgreSQL(address))
    if scheme not in {"", "sqlite"}:
        raise AddressError(
            f"A time-series store is a file of SQLite or an address of PostgreSQL, such as "
            f"postgresql://anops@db:5432/series, not one of {scheme}."
        )
    path = address.removeprefix("sqlite:///") if scheme else address
    if not path or path.startswith("sqlite:"):
        raise AddressError(
            "The address of a time-series store must name a file, such as sqlite:////var/lib/anops/series.db."
        )
    return SqlStore(SQLite(Path(path)))
