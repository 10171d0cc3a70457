"""What becomes of a log in time: what is old or too much goes, and what is of a person who wants it gone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.log_file import opened
from anops_model_interface.outcome_log import Outcome
from anops_model_interface.prediction_log import forgotten_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.log_postgresql import PostgreSQLLog

_PART = 20
"""Of a log that is too large, this part of its predictions goes at a time."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted.

    Attributes:
        rows: How many rows that were predicted.
        outcomes: How many outcomes.
    """

    rows: int
    outcomes: int

    def to_dict(self) -> dict[str, int]:
        """Return it for JSON."""
        return {"rows": self.rows, "outcomes": self.outcomes}


def prune(place: LogPlace, *, before: float | None = None, most_bytes: int | None = None) -> int:
    """Delete what is old, then of what is too much the oldest; with predictions go their outcomes.

    Args:
        place: The log.
        before: Predictions and outcomes from before this time, in seconds since 1970.
        most_bytes: How large the log may be; not of a database, whose room comes back when it sees fit.

    Returns:
        How many predictions were deleted: requests, or pieces of them.

    Raises:
        OSError: It can't be done.
        OtherFormError: The log has another schema.
    """
    gone = 0
    try:
        with closing(opened(place)) as log:
            if before is not None:
                with log:
                    gone += log.execute("DELETE FROM predictions WHERE time < ?", (before,)).rowcount
                    log.execute("DELETE FROM outcomes WHERE time < ? AND received < ?", (before, before))
                    log.execute("DELETE FROM failures WHERE time < ?", (before,))
            if not isinstance(log, sqlite3.Connection):
                return gone
            while most_bytes is not None and _used(log) > most_bytes:
                (count,) = log.execute("SELECT count(*) FROM predictions").fetchone()
                if not count:
                    break
                with log:
                    gone += _delete_oldest(log, max(1, count // _PART))
            if gone:
                # not by execute(), which gives back a single page
                log.executescript("PRAGMA incremental_vacuum;")
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    return gone


def _used(log: sqlite3.Connection) -> int:
    pages, free, size = (
        log.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _delete_oldest(log: sqlite3.Connection, count: int) -> int:
    oldest = "SELECT id FROM predictions ORDER BY time, id LIMIT ?"
    log.execute(
        f"DELETE FROM outcomes WHERE request_id IN (SELECT request_id FROM predictions WHERE id IN ({oldest}))",  # noqa: S608  ours
        (count,),
    )
    return log.execute(f"DELETE FROM predictions WHERE id IN ({oldest})", (count,)).rowcount  # noqa: S608  ours


def forget(place: LogPlace, *, request_id: str | None = None, key: Mapping[str, object] | None = None) -> Forgotten:
    """Delete what is of a request, or of all rows with a key, with its outcomes; no trace of it stays in a file.

    A database writes over it in time, and keeps it in its backups and in its log of changes as it is set up to.

    Where a request had other rows too, these stay, and keep their numbers.

    Args:
        place: The log.
        request_id: The request.
        key: Columns of the rows with their values.

    Raises:
        OSError: It can't be done.
        OtherFormError: The log has another schema.
    """
    try:
        with closing(opened(place)) as log:
            if isinstance(log, sqlite3.Connection):
                log.execute("PRAGMA secure_delete = ON")
            with log:
                found = (
                    _forget_request(log, request_id) if request_id is not None else _forget_key(log, dict(key or {}))
                )
            if not isinstance(log, sqlite3.Connection):
                log.vacuum()
                return found
            log.execute("VACUUM")
            (busy, *_), *_ = log.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if busy:  # deleted, but for what still lies in the log of changes
                raise OSError("it is deleted, but another program reads the file, and its traces stay until that ends")
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    return found


def _forget_request(log: sqlite3.Connection | PostgreSQLLog, request_id: str) -> Forgotten:
    (found,) = log.execute(
        "SELECT coalesce(sum(rows), 0) FROM predictions WHERE request_id = ?", (request_id,)
    ).fetchall()
    gone = forgotten_rows(log, "request_id = ?", (request_id,)).total()
    log.execute("DELETE FROM predictions WHERE request_id = ?", (request_id,))
    outcomes = log.execute("DELETE FROM outcomes WHERE request_id = ?", (request_id,)).rowcount
    log.execute("DELETE FROM failures WHERE request_id = ?", (request_id,))
    return Forgotten(int(found[0]) - gone, outcomes)


def _forget_key(log: sqlite3.Connection | PostgreSQLLog, key: Mapping[str, object]) -> Forgotten:
    rows = outcomes = 0
    wanted = Outcome.key_of(key)
    query = "SELECT id, request_id, first_row, inputs, outputs FROM predictions WHERE inputs IS NOT NULL"
    for place, request_id, first_row, written, predicted in log.execute(query).fetchall():
        inputs, outputs = json.loads(written), json.loads(predicted)
        its = [row for row, values in enumerate(inputs) if _has(values, key, wanted)]
        if not its:
            continue
        rows += len(its)
        for row in its:
            inputs[row] = outputs[row] = None
            outcomes += log.execute(
                "DELETE FROM outcomes WHERE request_id = ? AND row = ?", (request_id, first_row + row)
            ).rowcount
        if any(values is not None for values in inputs):
            # warnings name rows, and may have values in them
            log.execute(
                "UPDATE predictions SET inputs = ?, outputs = ?, warnings = NULL WHERE id = ?",
                (json.dumps(inputs, ensure_ascii=False), json.dumps(outputs, ensure_ascii=False), place),
            )
        else:
            log.execute("DELETE FROM predictions WHERE id = ?", (place,))
    for place, told in log.execute("SELECT id, key FROM outcomes WHERE key IS NOT NULL").fetchall():
        if _has(json.loads(told), key, wanted):
            outcomes += log.execute("DELETE FROM outcomes WHERE id = ?", (place,)).rowcount
    return Forgotten(rows, outcomes)


def _has(values: Mapping[str, Any] | None, key: Mapping[str, object], wanted: str) -> bool:
    if values is None or not key.keys() <= values.keys():
        return False
    return Outcome.key_of({name: values[name] for name in key}) == wanted
