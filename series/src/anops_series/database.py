"""What the store asks of a database, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

Rows = list[tuple[Any, ...]]


class Statements(Protocol):
    """Statements inside a transaction; a value stands where there is a question mark."""

    def all(self, statement: str, values: Sequence[object] = ()) -> Rows:
        """Run a statement and return its rows; of one that gives none, nothing."""

    def many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each list of values."""


class Database(Protocol):
    """A database, whose tables are there as soon as it is asked."""

    lock: str
    """What stands behind a SELECT whose rows nobody else may change until the transaction ends."""

    def reading(self) -> AbstractContextManager[Statements]:
        """Return a transaction that sees one state of everything.

        Raises:
            StoreAwayError: The database can't be used now.
        """

    def writing(self) -> AbstractContextManager[Statements]:
        """Return a transaction that is whole or nothing.

        Raises:
            StoreAwayError: The database can't be used now; nothing was written.
        """

    def moment(self, moment: datetime) -> object:
        """Return a time as the database keeps it."""

    def read_moment(self, kept: object) -> datetime:
        """Return a time that was kept, in UTC."""

    def close(self) -> None:
        """Let go of it."""
