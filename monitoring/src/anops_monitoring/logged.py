"""The rows of a prediction log, each with what came true of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from anops_model_interface.log_file import OtherFormError
from anops_model_interface.logged_rows import Logged, LoggedRow, join, take
from anops_model_interface.outcome_log import OutcomeStore
from anops_model_interface.prediction_log import PredictionStore

from anops_monitoring.failures import MonitoringError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.log_file import LogPlace

__all__ = ["Logged", "LoggedRow", "join", "read_log"]


Place = tuple[str, int, int, str]


def place_of(row: LoggedRow) -> Place:
    """Return by what a row is known: request, row, time in microseconds, fit."""
    return row.request_id, row.row, microseconds(row.time), row.digest


def microseconds(seconds: float) -> int:
    """Return a time as files of rows keep it; the one that is read from there has the same."""
    return round(seconds * 1e6)


def read_log(
    place: LogPlace, *, since: float, until: float, digest: str | None = None, earlier: Sequence[LoggedRow] = ()
) -> Logged:
    """Read the rows of a time.

    Whose an outcome is depends on all rows before it: those of later times and of other fits are looked at, too, so
    that what came true of them is not taken for what came true of an earlier row.

    Args:
        place: The log.
        since: From when on, in seconds since 1970.
        until: Until when, exclusive.
        digest: Of which fit; None: of any.
        earlier: Rows that were rolled out of it; those that it still has are taken from it.

    Raises:
        MonitoringError: It can't be read.
    """
    found, whole = Logged(), Logged()
    try:
        store = PredictionStore(place, only_read=True)
        try:
            take(found, store.between(since, until, digest))
            found.dropped = store.dropped()
            if until < math.inf or digest is not None:
                take(whole, store.between(since, math.inf))
        finally:
            store.close()
        _take_earlier(found, whole, earlier, since=since, until=until, digest=digest)
        outcomes = OutcomeStore(place, only_read=True)
        try:
            join(found, outcomes.all(), among=whole.rows or found.rows)
        finally:
            outcomes.close()
    except (OSError, OtherFormError) as error:
        raise MonitoringError(f"The prediction log can't be read: {error}") from error
    return found


def _take_earlier(
    found: Logged, whole: Logged, earlier: Sequence[LoggedRow], *, since: float, until: float, digest: str | None
) -> None:
    there = {place_of(row) for row in whole.rows or found.rows} if earlier else set()
    more = [row for row in earlier if row.time >= since and place_of(row) not in there]
    if not more:
        return
    mine = [row for row in more if row.time < until and digest in {None, row.digest}]
    found.requests += len({row.request_id for row in mine} - {row.request_id for row in found.rows})
    whole.rows = [*more, *(whole.rows or found.rows)]
    found.rows = [*mine, *found.rows]
