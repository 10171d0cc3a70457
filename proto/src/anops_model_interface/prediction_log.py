"""The predictions that were made, in a log: for those who write them and those who read them.

A row of `predictions` is a request, or a piece of a long one; what was asked and answered is
empty unless somebody wanted that kept. `dropped` counts what a busy service could not keep, `failures` holds what a
version could not answer.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import astuple

from anops_model_interface.log_file import opened, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.log_postgresql import PostgreSQLLog

SHADOW = "shadow"
"""The role of an answer that nobody got."""
_INSERT_FAILURE = (
    "INSERT INTO failures (request_id, time, model, version, code, role, unit) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class Prediction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request that was answered, or a piece of one.

    Attributes:
        request_id: The request.
        time: When it was answered, in seconds since 1970.
        model: The model's name.
        version: Its version.
        digest: Which fit it is; empty where its server does not say.
        first_row: The first row of this piece, from 0.
        rows: How many rows it has.
        options: What was asked of the model, as JSON; None where it was not to be kept.
        inputs: The rows, as JSON: a list of objects; None the same.
        outputs: The predictions, the same, with the ends of their intervals.
        warnings: What went with the answer, as JSON: a list of objects.
        role: Empty where a caller got it, `SHADOW` where nobody did.
        unit: Whose it is, as a hash; empty: no split has chosen who answers it.
    """

    request_id: str
    time: float
    model: str
    version: str
    digest: str
    first_row: int = 0
    rows: int
    options: str | None = None
    inputs: str | None = None
    outputs: str | None = None
    warnings: str | None = None
    role: str = ""
    unit: str = ""


_COLUMNS = Prediction.__struct_fields__
"""Those of the table, in its order, but for the number of the row."""
_ROWS_AT_ONCE = (256, 32, 4, 1)
"""So many rows go into one statement: that is a fifth quicker than a statement for each."""
_INSERTS = {
    count: f"INSERT INTO predictions ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608  our own names
    + ", ".join([f"({', '.join('?' * len(_COLUMNS))})"] * count)
    for count in _ROWS_AT_ONCE
}
_OF_REQUEST = f"SELECT {', '.join(_COLUMNS)} FROM predictions WHERE request_id = ? AND role = '' ORDER BY id"  # noqa: S608  the same
_BETWEEN = f"SELECT {', '.join(_COLUMNS)} FROM predictions WHERE time >= ? AND time < ? AND role = ?"  # noqa: S608  the same


class Failure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request that a version could not answer.

    Attributes:
        request_id: The request.
        time: When it failed, in seconds since 1970.
        model: The model's name.
        version: Its version.
        code: The code of the problem.
        role: As that of a prediction.
        unit: Likewise.
    """

    request_id: str
    time: float
    model: str
    version: str
    code: str
    role: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a fit of a model was asked.

    Attributes:
        requests: How many requests it has answered.
        rows: With how many rows.
        first: When the first one was answered, in seconds since 1970.
        last: When the last one was.
    """

    requests: int
    rows: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of a model in the log.

    Attributes:
        model: The model's name.
        version: Its version.
        digest: Which fit it is.
        asked: What it was asked.
        rows_with_values: How many rows were kept with their values.
    """

    model: str
    version: str
    digest: str
    asked: Summary
    rows_with_values: int


def forgotten_rows(
    log: sqlite3.Connection | PostgreSQLLog, which: str, values: tuple[object, ...] = ()
) -> Counter[Any]:
    """Return of how many rows each model, version and fit somebody wanted their values gone.

    They keep their places in their request, as `null`.

    Args:
        log: The log.
        which: A condition of SQL for the predictions to look at.
        values: Those for its places.
    """
    query = f"SELECT model, version, digest, inputs FROM predictions WHERE {which} AND (inputs LIKE ? OR inputs LIKE ?)"  # noqa: S608  ours
    counts: Counter[Any] = Counter()
    for *fit, inputs in rows_of(log, query, (*values, "[null%", "%, null%")):
        counts[tuple(fit)] += sum(row is None for row in json.loads(inputs))
    return counts


class PredictionStore:
    """A log of predictions, open in one thread."""

    def __init__(self, place: LogPlace, *, only_read: bool = False) -> None:
        """Open it; one that is to be written is made where it is not there.

        Raises:
            OSError: It can't be opened.
            OtherFormError: It has another schema.
        """
        self._open = opened(place, only_read=only_read)

    def add(
        self,
        predictions: Iterable[Prediction],
        *,
        dropped: int = 0,
        time: float = 0.0,
        failures: Iterable[Failure] = (),
    ) -> None:
        """Keep predictions and failures, all of them or none.

        Raises:
            OSError: They can't be kept.
        """
        rows = [astuple(each) for each in predictions]
        try:
            with self._open:
                for statement, values in _statements(rows):
                    self._open.execute(statement, values)
                self._open.executemany(_INSERT_FAILURE, [astuple(each) for each in failures])
                if dropped:
                    self._open.execute("INSERT INTO dropped (time, count) VALUES (?, ?)", (time, dropped))
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def of_request(self, request_id: str) -> list[Prediction]:
        """Return the pieces of a request, in the order of their rows; of one asked again, the last answer last."""
        found = self._all(_OF_REQUEST, (request_id,))
        made = (dict[str, Any](zip(_COLUMNS, each, strict=True)) for each in found)
        return [Prediction(**each) for each in made]

    def between(self, start: float, stop: float, digest: str | None = None, *, role: str = "") -> Iterator[Prediction]:
        """Yield the predictions of a time, in the order in which they were kept.

        Args:
            start: From when on, in seconds since 1970.
            stop: Until when, exclusive.
            digest: Of which fit; None: of any.
            role: Of which role.
        """
        which, values = ("", ()) if digest is None else (" AND digest = ?", (digest,))
        try:
            for found in rows_of(self._open, _BETWEEN + which + " ORDER BY id", (start, stop, role, *values)):
                made: dict[str, Any] = dict(zip(_COLUMNS, found, strict=True))
                yield Prediction(**made)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def nearest(self, start: str, most: int = 50) -> list[str]:
        """Return ids of requests that begin alike."""
        found = self._all(
            "SELECT request_id FROM predictions WHERE substr(request_id, 1, ?) = ? GROUP BY request_id "
            "ORDER BY max(id) DESC LIMIT ?",
            (len(start), start, most),
        )
        return [str(one[0]) for one in found]

    def of_model(self, digest: str) -> Summary | None:
        """Return what a fit of a model was asked; None where nothing was."""
        (found,) = self._all(
            "SELECT count(DISTINCT request_id), sum(rows), min(time), max(time) FROM predictions "
            "WHERE digest = ? AND role = ''",
            (digest,),
        )
        if not found[0]:
            return None
        gone = self._forgotten("digest = ? AND role = ''", (digest,)).total()
        return Summary(int(found[0]), int(found[1]) - gone, float(found[2]), float(found[3]))

    def fits(self) -> list[Fit]:
        """Return what each fit of a model was asked, the latest last; without rows that somebody wanted gone."""
        found = self._all(
            "SELECT model, version, digest, count(DISTINCT request_id), sum(rows), min(time), max(time), "
            "sum(CASE WHEN inputs IS NULL THEN 0 ELSE rows END) "
            "FROM predictions WHERE role = '' GROUP BY model, version, digest ORDER BY max(time)",
            (),
        )
        gone = self._forgotten("role = ''")
        return [
            Fit(model, version, digest, Summary(requests, rows - less, first, last), kept - less)
            for model, version, digest, requests, rows, first, last, kept in found
            for less in [gone[model, version, digest]]
        ]

    def failures(self, since: float) -> list[tuple[str, str, int]]:
        """Return how many requests each version has failed on since a time: version, code, count."""
        found = self._all(
            "SELECT version, code, count(*) FROM failures WHERE time >= ? GROUP BY version, code "
            "ORDER BY version, code",
            (since,),
        )
        return [(str(version), str(code), int(count)) for version, code, count in found]

    def dropped(self) -> int:
        """Return how many requests could not be kept."""
        (found,) = self._all("SELECT coalesce(sum(count), 0) FROM dropped", ())
        return int(found[0])

    def _forgotten(self, which: str, values: tuple[object, ...] = ()) -> Counter[Any]:
        try:
            return forgotten_rows(self._open, which, values)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Close it."""
        self._open.close()

    def _all(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._open.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OSError(str(error)) from error


def _statements(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the fewest statements that insert rows, and their values."""
    start = 0
    for count in _ROWS_AT_ONCE:
        while len(rows) - start >= count:
            yield _INSERTS[count], list(chain.from_iterable(rows[start : start + count]))
            start += count
