"""What came true of predictions, in the log that they are kept in.

An outcome is that of a row of a request, or of a key at a time: who it is of is then found when the log is read, so
that it may come before its prediction is written, or years later. What is told twice is kept once.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.log_file import opened, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from anops_model_interface.log_file import LogPlace

Value = bool | int | float | str
_MOST_UNKNOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came true.

    Attributes:
        outcome: It.
        time: When it came true, in seconds since 1970.
        request_id: Of which request; None where a key says it.
        row: Of which row of it, from 0.
        key: Whose outcome it is, by columns of the rows: {"customer": 17}; None where a request says it.
    """

    outcome: Value
    time: float
    request_id: str | None = None
    row: int = 0
    key: str | None = None

    @staticmethod
    def key_of(columns: Mapping[str, object]) -> str:
        """Return a key as it is kept: the same for the same columns in any order, and for 17 as for 17.0."""
        plain = {
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in columns.items()
        }
        return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of outcomes that were told.

    Attributes:
        new: How many were not known.
        changed: How many were known with another value: the last one told holds.
        same: How many were known already.
        unknown: How many are of requests that are not in the log, or not with that row. They are kept, too.
        examples: Some of those requests, with the row counted from 1.
    """

    new: int
    changed: int
    same: int
    unknown: int
    examples: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"new": self.new, "changed": self.changed, "same": self.same, "unknown": self.unknown,
                "examples": list(self.examples)}  # fmt: skip


class OutcomeStore:
    """The outcomes of a log, open in one thread."""

    def __init__(self, place: LogPlace, *, only_read: bool = False) -> None:
        """Open it; one that is to be written is made where it is not there.

        Raises:
            OSError: It can't be opened.
            OtherFormError: It has another schema.
        """
        self._open = opened(place, only_read=only_read)

    def add(self, outcomes: Iterable[Outcome], *, received: float) -> Taken:
        """Keep outcomes, all of them or none.

        Args:
            outcomes: They.
            received: When they were told, in seconds since 1970.

        Raises:
            OSError: They can't be kept.
        """
        counts = {"new": 0, "changed": 0, "same": 0}
        lost: list[str] = []
        try:
            with self._open:
                if isinstance(self._open, sqlite3.Connection):
                    self._open.execute("BEGIN IMMEDIATE")
                else:
                    self._open.lock_outcomes()
                for told in outcomes:
                    counts[self._keep(told, received)] += 1
                    if told.request_id is not None and not self._is_known(told.request_id, told.row):
                        lost.append(f"{told.request_id} row {told.row + 1}")
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        return Taken(**counts, unknown=len(lost), examples=tuple(lost[:_MOST_UNKNOWN]))

    def all(self) -> Iterator[Outcome]:
        """Yield them in the order of their times."""
        try:
            query = "SELECT outcome, time, request_id, row, key FROM outcomes ORDER BY time, id"
            for outcome, time, request_id, row, key in rows_of(self._open, query):
                yield Outcome(outcome=json.loads(outcome), time=time, request_id=request_id, row=row or 0, key=key)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def count(self) -> int:
        """Return how many there are."""
        try:
            (found,) = self._open.execute("SELECT count(*) FROM outcomes").fetchall()
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        return int(found[0])

    def close(self) -> None:
        """Close it."""
        self._open.close()

    def _keep(self, told: Outcome, received: float) -> str:
        written = json.dumps(told.outcome, ensure_ascii=False)
        if told.request_id is not None:
            place: tuple[object, ...] = (told.request_id, told.row)
            where = "request_id = ? AND row = ?"
        else:
            place, where = (told.key, told.time), "key = ? AND time = ?"
        known = self._open.execute(f"SELECT id, outcome FROM outcomes WHERE {where}", place).fetchone()  # noqa: S608  ours
        if known is None:
            row = told.row if told.request_id is not None else None
            self._open.execute(
                "INSERT INTO outcomes (request_id, row, key, time, outcome, received) VALUES (?, ?, ?, ?, ?, ?)",
                (told.request_id, row, told.key, told.time, written, received),
            )
            return "new"
        if json.loads(known[1]) == told.outcome:
            return "same"
        self._open.execute(
            "UPDATE outcomes SET outcome = ?, time = ?, received = ? WHERE id = ?",
            (written, told.time, received, known[0]),
        )
        return "changed"

    def _is_known(self, request_id: str, row: int) -> bool:
        found = self._open.execute(
            "SELECT 1 FROM predictions WHERE request_id = ? AND first_row <= ? AND first_row + rows > ? LIMIT 1",
            (request_id, row, row),
        )
        return found.fetchone() is not None
