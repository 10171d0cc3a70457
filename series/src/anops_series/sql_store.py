"""The store, in any database with the same tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_series.agreement import place, sort
from anops_series.port import Forecast, Given, Key, Observation, OtherSeriesError, Report, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from anops_series.agreement import Place, Sorted
    from anops_series.database import Database, Statements
    from anops_series.port import SeriesIdentity

_PLACES_AT_ONCE = 5000
"""How many rows are looked for in one statement: both databases limit its values."""

_SELECT_SERIES = "SELECT version, frequency, time_zone, key_columns FROM series WHERE name = ?"
_SELECT = "SELECT key, time, value, regressors FROM observations WHERE series = ?"
_INSERT = (
    "INSERT INTO observations (series, key, time, value, regressors, received, version) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE observations SET value = ?, regressors = ?, received = ?, version = ? "
    "WHERE series = ? AND key = ? AND time = ?"
)
_SET_ASIDE = (
    "INSERT INTO corrections (series, key, time, value, regressors, received, replaced, version) "
    "SELECT series, key, time, value, regressors, received, ?, version FROM observations "
    "WHERE series = ? AND key = ? AND time = ?"
)
_JUDGED = """
    SELECT o.value, f.bounds FROM (
        SELECT key, time, bounds, row_number() OVER (PARTITION BY key, time ORDER BY made DESC) AS place FROM (
            SELECT key, time, bounds, made FROM forecasts WHERE series = ? AND digest = ?
            AND time <= (SELECT max(time) FROM observations WHERE series = ?)
            ORDER BY time DESC LIMIT 20000
        ) AS latest
    ) AS f JOIN observations AS o ON o.series = ? AND o.key = f.key AND o.time = f.time
    WHERE f.place = 1 ORDER BY f.time DESC LIMIT ?
"""
"""Few of very many forecasts are looked at, so that this costs little however often was asked."""
_FORECAST = "series, key, time, step, prediction, bounds, made, request_id, model_version, digest, state"


class SqlStore:
    """A `SeriesStore` over a database."""

    def __init__(self, database: Database) -> None:
        """Keep what is observed and forecast in a database."""
        self._database = database

    def observe(
        self, series: SeriesIdentity, rows: Sequence[Observation], *, received: datetime, corrections: bool = False
    ) -> Report:
        """Take in observations: all of them, or none; see `SeriesStore`."""
        moment = self._database.moment
        with self._database.writing() as statements:
            self._announce(statements, series)
            version = int(self._row(statements, series, lock=True)[0])
            sorted_ = sort(rows, self._kept(statements, series, rows), corrections=corrections)
            late = self._late(statements, series, sorted_.new)
            if sorted_.new or sorted_.corrected:
                version += 1
                statements.all("UPDATE series SET version = ? WHERE name = ?", (version, series.name))
                self._write(statements, series, sorted_, received=moment(received), version=version)
            token = self._token(statements, version)
        return Report(len(sorted_.new), sorted_.same, len(sorted_.corrected), late, token)

    def state(self, series: SeriesIdentity, *, after: datetime | None = None) -> State:
        """Return what was observed; see `SeriesStore`."""
        later, values = ("", ()) if after is None else (" AND time > ?", (self._database.moment(after),))
        with self._database.reading() as statements:
            version = int(self._row(statements, series)[0])
            found = statements.all(f"{_SELECT}{later} ORDER BY key, time", (series.name, *values))
            token = self._token(statements, version)
        return State(token, tuple(self._observation(row) for row in found))

    def version(self, series: SeriesIdentity) -> str:
        """Return the version of a series' state alone; see `SeriesStore`."""
        with self._database.reading() as statements:
            return self._token(statements, int(self._row(statements, series)[0]))

    def keep(self, kept: Sequence[tuple[SeriesIdentity, Given, Sequence[Forecast]]]) -> None:
        """Keep forecasts that were given; see `SeriesStore`."""
        moment = self._database.moment
        rows = [
            (
                *(series.name, _key_text(one.key), moment(one.time), one.step, one.prediction, _text(one.bounds)),
                *(moment(given.made), given.request_id, given.model_version, given.digest, given.state),
            )
            for series, given, forecasts in kept
            for one in forecasts
        ]
        if rows:
            places = ", ".join("?" * len(rows[0]))
            with self._database.writing() as statements:
                statements.many(f"INSERT INTO forecasts ({_FORECAST}) VALUES ({places})", rows)  # noqa: S608  our own names

    def forecasts(self, series: SeriesIdentity, *, after: datetime | None = None) -> list[tuple[Given, Forecast]]:
        """Return the forecasts that were given; see `SeriesStore`."""
        later, values = ("", ()) if after is None else (" AND time > ?", (self._database.moment(after),))
        with self._database.reading() as statements:
            found = statements.all(
                f"SELECT {_FORECAST} FROM forecasts WHERE series = ?{later} ORDER BY made, request_id, key, step",  # noqa: S608  our own names
                (series.name, *values),
            )
        read = self._database.read_moment
        return [
            (
                Given(str(row[7]), read(row[6]), str(row[8]), str(row[9]), str(row[10])),
                Forecast(read(row[2]), int(row[3]), float(row[4]), json.loads(row[5]), _key(row[1])),
            )
            for row in found
        ]

    def judged(self, series: SeriesIdentity, *, digest: str, most: int) -> list[tuple[float, Mapping[str, float]]]:
        """Return what was observed last, with the bounds that were forecast for it; see `SeriesStore`."""
        with self._database.reading() as statements:
            found = statements.all(_JUDGED, (series.name, digest, series.name, series.name, most))
        return [(float(value), json.loads(bounds)) for value, bounds in found]

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _announce(self, statements: Statements, series: SeriesIdentity) -> None:
        statements.all(
            "INSERT INTO series (name, version, frequency, time_zone, key_columns) VALUES (?, 0, ?, ?, ?) "
            "ON CONFLICT (name) DO NOTHING",
            (series.name, series.frequency, series.time_zone, json.dumps(series.keys)),
        )

    def _row(self, statements: Statements, series: SeriesIdentity, *, lock: bool = False) -> tuple[Any, ...]:
        behind = self._database.lock if lock else ""
        found = statements.all(f"{_SELECT_SERIES}{behind}", (series.name,))
        if not found:
            return (0,)
        _, frequency, time_zone, keys = found[0]
        for what, kept, asked in (
            ("frequency", frequency, series.frequency),
            ("time zone", time_zone, series.time_zone),
            ("keys", ", ".join(json.loads(keys)) or "none", ", ".join(series.keys) or "none"),
        ):
            if kept != asked:
                raise OtherSeriesError(
                    f"The store keeps `{series.name}` with the {what} {kept}, and the model has {asked}."
                )
        return found[0]

    def _token(self, statements: Statements, version: int) -> str:
        store = statements.all("SELECT id FROM store")[0][0]
        return f"{store}-{version}"

    def _kept(
        self, statements: Statements, series: SeriesIdentity, rows: Sequence[Observation]
    ) -> dict[Place, Observation]:
        kept = {}
        for some in _pieces(rows):
            places = ", ".join(["(?, ?)"] * len(some))
            values = [each for row in some for each in (_key_text(row.key), self._database.moment(row.time))]
            found = statements.all(f"{_SELECT} AND (key, time) IN (VALUES {places})", (series.name, *values))
            kept.update({place(one): one for one in map(self._observation, found)})
        return kept

    def _late(self, statements: Statements, series: SeriesIdentity, new: Sequence[Observation]) -> int:
        if not new:
            return 0
        found = statements.all("SELECT key, max(time) FROM observations WHERE series = ? GROUP BY key", (series.name,))
        newest = {_key(key): self._database.read_moment(time) for key, time in found}
        return sum(row.key in newest and row.time < newest[row.key] for row in new)

    def _write(
        self, statements: Statements, series: SeriesIdentity, sorted_: Sorted, *, received: object, version: int
    ) -> None:
        moment = self._database.moment
        places = [(series.name, _key_text(row.key), moment(row.time)) for row, _ in sorted_.corrected]
        statements.many(_SET_ASIDE, [(received, *where) for where in places])
        statements.many(
            _UPDATE,
            [
                (row.value, _text(row.regressors), received, version, *where)
                for (row, _), where in zip(sorted_.corrected, places, strict=True)
            ],
        )
        statements.many(
            _INSERT,
            [
                (
                    *(series.name, _key_text(row.key), moment(row.time), row.value, _text(row.regressors)),
                    received,
                    version,
                )
                for row in sorted_.new
            ],
        )

    def _observation(self, row: Sequence[Any]) -> Observation:
        key, time, value, regressors = row
        return Observation(self._database.read_moment(time), float(value), _key(key), json.loads(regressors))


def as_key(values: Mapping[str, str]) -> Key:
    """Return the key of a series from its columns."""
    return tuple(sorted(values.items()))


def _pieces(rows: Sequence[Observation]) -> Iterator[Sequence[Observation]]:
    for start in range(0, len(rows), _PLACES_AT_ONCE):
        yield rows[start : start + _PLACES_AT_ONCE]


def _key_text(key: Key) -> str:
    return _text(dict(key))


def _key(text: str) -> Key:
    return as_key(json.loads(text))


def _text(value: Mapping[str, object]) -> str:
    return json.dumps(dict(sorted(value.items())), ensure_ascii=False, separators=(",", ":"))
