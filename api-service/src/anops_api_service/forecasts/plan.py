"""From what is asked to the rows that the model predicts: steps ahead, with the regressors of their dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened
from anops_model_interface.words import quoted

from anops_api_service.forecasts.observed import OBSERVED, STEP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import Schema
    from anops_model_interface.series.contract import SeriesContract

    from anops_api_service.forecasts.asked import Asked
    from anops_api_service.forecasts.observed import Key, State

_MOST_TOLD = 5
_MOST_ROWS = 1_000_000
_CANT = "Can't forecast"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the model is asked, and what stands before its answers.

    Attributes:
        data: The columns of the rows.
        options: What is asked of it.
        heads: By name, what stands before the answers: keys, times, steps.
        last: The time of the last observation; of a panel, the earliest of its series'. None where nobody knows.
    """

    data: Mapping[str, Sequence[Any]]
    options: Mapping[str, Any]
    heads: Mapping[str, Sequence[Any]]
    last: str | None


@dataclass(frozen=True, slots=True)
class _Series:
    key: Key
    end: int
    horizon: int
    known: int
    """The period of its last observation; below `end` where its own data end before those of the others."""


def plan(asked: Asked, schema: Schema, contract: SeriesContract, state: State) -> Plan:
    """Plan the request to the model.

    Args:
        asked: What is asked for.
        schema: What the model takes.
        contract: What its series is.
        state: What was observed.

    Raises:
        AnOpsError: `HORIZON`, `PERIOD`, `COLUMN_…` or `VALUE_MISSING`.
    """
    names = [name for name in schema.inputs if name != STEP and name not in contract.keys]
    records = asked.records
    keys = _keys(asked, records, contract, schema)
    series = [_series(key, asked, contract, state, _most(schema)) for key in keys]
    _refuse_too_many(sum(each.horizon for each in series))
    future = _Future(contract, names, records) if names else None
    data: dict[str, list[Any]] = {name: [] for name in schema.inputs}
    heads: dict[str, list[Any]] = {name: [] for name in contract.keys}
    calendar, last = contract.calendar, contract.last
    times = heads.setdefault(contract.time, []) if calendar is not None else []
    heads[STEP] = []
    lasts: list[str] = []
    for each in series:
        steps = range(1, each.horizon + 1)
        for name, value in zip(contract.keys, each.key, strict=True):
            heads[name] += [value] * each.horizon
            data[name] += [value] * each.horizon
        heads[STEP] += steps
        data[STEP] += steps
        if calendar is not None and last is not None:
            lasts += calendar.after(last, 1, first=each.known)
            times += calendar.after(last, each.horizon, first=each.end + 1)
        if future is not None:
            for name, values in future.of(each).items():
                data[name] += values
    options = asked.options(frozenset(schema.options))
    if state.text and OBSERVED in schema.options:
        options[OBSERVED] = state.text
    return Plan(data, options, heads, min(lasts) if lasts else None)


def _most(schema: Schema) -> float | None:
    return schema.inputs[STEP].max


def _refuse_too_many(rows: int) -> None:
    if rows > _MOST_ROWS:
        raise AnOpsError(
            Code.HORIZON,
            f"{_CANT}: the horizon and the number of series make {rows:,} rows; a request has at most {_MOST_ROWS:,}.",
            remedy="Ask for fewer periods, or for some of the series at a time, by `keys`.",
        )


def _keys(asked: Asked, records: list[dict[str, Any]], contract: SeriesContract, schema: Schema) -> list[Key]:
    if not contract.keys:
        if asked.keys:
            raise AnOpsError(Code.COLUMN_VALUE, f"{_CANT}: the model has a single series, and no `keys`.")
        return [()]
    known = [schema.inputs[name].levels if name in schema.inputs else None for name in contract.keys]
    given = asked.keys if asked.keys is not None else records
    found: dict[Key, None] = {}
    for place, each in enumerate(given, 1):
        missing = [name for name in contract.keys if name not in each]
        if missing:
            raise AnOpsError(Code.COLUMN_MISSING, f"{_CANT}: `keys` must have `{missing[0]}`; row {place} lacks it.")
        key = tuple(str(each[name]) for name in contract.keys)
        for name, value, levels in zip(contract.keys, key, known, strict=True):
            if levels is not None and value not in levels:
                raise AnOpsError(
                    Code.COLUMN_LEVEL,
                    f"{_CANT}: there is no series with the `{name}` {shortened(value)}, as in row {place}.",
                    remedy=f"The model has {quoted(list(levels), most=_MOST_TOLD)}.",
                )
        found[key] = None
    if not found and asked.keys is None and len(known) == 1 and known[0] is not None:
        return [(level,) for level in known[0]]  # all that there are
    if not found:
        names = ", ".join(f"`{name}`" for name in contract.keys)
        raise AnOpsError(
            Code.COLUMN_MISSING,
            f"{_CANT}: the model has several series, told from each other by {names}.",
            remedy=f'Say which are wanted: "keys": [{{"{contract.keys[0]}": …}}].',
        )
    return list(found)


def _series(key: Key, asked: Asked, contract: SeriesContract, state: State, most: float | None) -> _Series:
    known = state.ends.get(key, -contract.behind_of(key))
    end = max(known, 0)
    horizon = asked.horizon
    if horizon is None:
        horizon = _until(asked.end or "", contract, end)
    if most is not None and horizon > most:
        raise AnOpsError(
            Code.HORIZON,
            f"{_CANT}: the horizon must be at most {most:g} periods, not {horizon}.",
            remedy=f"Ask for fewer periods; `max` of `{STEP}` in ao.toml is the limit.",
        )
    return _Series(key, end, horizon, known)


def _until(end: str, contract: SeriesContract, done: int) -> int:
    if contract.calendar is None or contract.last is None:
        raise AnOpsError(
            Code.HORIZON,
            f"{_CANT} until `end`: the model does not know the calendar of its series.",
            remedy="Ask with `horizon`, the number of periods; or write `frequency` and `last` into [series] of "
            "ao.toml.",
        )
    try:
        horizon = contract.calendar.until(contract.last, end) - done
    except ValueError as error:
        raise AnOpsError(Code.PERIOD, f"{_CANT}: `end`: {error}.") from error
    if horizon < 1:
        last = contract.calendar.after(contract.last, 1, first=done)[0] if done else contract.last
        raise AnOpsError(
            Code.HORIZON,
            f"{_CANT} until {shortened(end)}: the last observation is that of {last}.",
            remedy="Ask for an `end` at least one period later.",
        )
    return horizon


class _Future:
    """The regressors of the future, by series and period."""

    def __init__(self, contract: SeriesContract, names: list[str], records: list[dict[str, Any]]) -> None:
        self._contract = contract
        self._names = names
        self._by = contract.time if contract.calendar is not None else STEP
        self._rows: dict[tuple[Key, int], dict[str, Any]] = {}
        for place, record in enumerate(records, 1):
            where = (self._key(record, place), self._place(record, place))
            if where in self._rows:
                raise AnOpsError(
                    Code.PERIOD,
                    f"{_CANT}: `regressors` must have each period once; row {place} repeats {record[self._by]}.",
                )
            self._rows[where] = record

    def _key(self, record: dict[str, Any], place: int) -> Key:
        missing = [name for name in self._contract.keys if name not in record]
        if missing:
            raise AnOpsError(
                Code.COLUMN_MISSING, f"{_CANT}: `regressors` must have `{missing[0]}`; row {place} lacks it."
            )
        return tuple(str(record[name]) for name in self._contract.keys)

    def _place(self, record: dict[str, Any], place: int) -> int:
        """Return how many periods after the fit a row is; without a calendar, how many steps ahead."""
        if self._by not in record:
            raise AnOpsError(
                Code.COLUMN_MISSING,
                f"{_CANT}: `regressors` must have `{self._by}`, which says of which period a row is; row {place} "
                "lacks it.",
            )
        value = record[self._by]
        calendar, last = self._contract.calendar, self._contract.last
        if calendar is None or last is None:
            if not isinstance(value, int) or isinstance(value, bool):
                raise AnOpsError(
                    Code.COLUMN_TYPE, f"{_CANT}: `{STEP}` of `regressors` must be a whole number in row {place}."
                )
            return value
        try:
            return calendar.between(last, str(value))
        except ValueError as error:
            raise AnOpsError(Code.PERIOD, f"{_CANT}: row {place} of `regressors`: {error}.") from error

    def of(self, series: _Series) -> dict[str, list[Any]]:
        """Return the regressors of a series' steps.

        Raises:
            AnOpsError: `VALUE_MISSING`: some are missing, with their dates.
        """
        calendar, last = self._contract.calendar, self._contract.last
        first = series.end + 1 if calendar is not None else 1
        found: dict[str, list[Any]] = {}
        for name in self._names:
            values = [self._rows.get((series.key, first + i), {}).get(name) for i in range(series.horizon)]
            absent = [i for i, value in enumerate(values) if value is None]
            if absent:
                told = absent[:_MOST_TOLD]
                if calendar is not None and last is not None:
                    dates = [calendar.after(last, 1, first=first + i)[0] for i in told]
                else:
                    dates = [f"step {first + i}" for i in told]
                more = f" and {len(absent) - len(told)} more" if len(absent) > len(told) else ""
                of = f" of {', '.join(series.key)}" if series.key else ""
                raise AnOpsError(
                    Code.VALUE_MISSING,
                    f"{_CANT}: regressor `{name}`{of} is missing for {', '.join(dates)}{more}.",
                    remedy=f'Send a row for each period: "regressors": [{{"{self._by}": …, "{name}": …}}, …]; or ask '
                    "for a shorter horizon.",
                )
            found[name] = values
        return found
