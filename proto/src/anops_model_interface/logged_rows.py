"""The rows of a prediction log, each with what came true of it."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_model_interface.outcome_log import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_model_interface.prediction_log import Prediction


@dataclass(slots=True)
class LoggedRow:
    """A row that was predicted.

    Attributes:
        request_id: Of this request.
        row: Which row of it, from 0.
        time: When, in seconds since 1970.
        version: The version of the model.
        digest: Which fit.
        inputs: What was kept of the row.
        outputs: What was predicted.
        options: What the model was asked with.
        outcome: What came true; None: not known.
        outcome_time: When that was.
        unit: Whose it is, as a hash; empty: no split has chosen who answers it.
    """

    request_id: str
    row: int
    time: float
    version: str
    digest: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    options: dict[str, Any]
    outcome: Any = None
    outcome_time: float | None = None
    unit: str = ""


@dataclass(slots=True)
class Logged:
    """A log.

    Attributes:
        rows: Its rows, in the order in which they were kept.
        requests: How many requests they are of, and those without their values.
        without_values: How many rows were kept without their values.
        dropped: How many requests could not be kept.
        outcomes: How many outcomes are known.
        unknown: How many of them are of no prediction in the log.
        backwards: How many predictions have an earlier time than one that was kept before them by over a minute.
    """

    rows: list[LoggedRow] = field(default_factory=list)
    requests: int = 0
    without_values: int = 0
    dropped: int = 0
    outcomes: int = 0
    unknown: int = 0
    backwards: int = 0


_CLOCK_SECONDS = 60.0


def take(found: Logged, predictions: Iterable[Prediction]) -> None:
    """Take in the rows of predictions, in the order in which they were kept."""
    ids: set[str] = set()
    latest = 0.0
    for each in predictions:
        ids.add(each.request_id)
        found.backwards += each.time < latest - _CLOCK_SECONDS
        latest = max(latest, each.time)
        if each.inputs is None or each.outputs is None:
            found.without_values += each.rows
            continue
        options = json.loads(each.options or "{}")
        pairs = zip(json.loads(each.inputs), json.loads(each.outputs), strict=True)
        for place, (inputs, outputs) in enumerate(pairs):
            if inputs is None:
                continue  # somebody wanted it gone
            found.rows.append(
                LoggedRow(each.request_id, each.first_row + place, each.time, each.version, each.digest, inputs,
                          outputs, options, unit=each.unit)
            )  # fmt: skip
    found.requests = len(ids)


def join(found: Logged, outcomes: Iterable[Outcome], *, among: Sequence[LoggedRow] | None = None) -> None:
    """Give each row what came true of it.

    An outcome of a request is that of its row; where a request was answered twice, of the last answer. One of a key is
    that of the last row before it which has the key, and where there are several of one time, of the one kept last; of
    several outcomes of one row the first is taken.

    Args:
        found: The rows.
        outcomes: What came true, in the order of time.
        among: All rows that an outcome may be of, where `found` has some of them only: those of a time, or of a fit.
    """
    rows = found.rows if among is None else among
    mine = {_place(each): each for each in found.rows}
    by_row = {(each.request_id, each.row): each for each in rows}
    by_key: dict[tuple[str, ...], dict[str, _OfKey]] = {}
    for told in outcomes:
        is_of_row = told.request_id is not None
        row = by_row.get((str(told.request_id), told.row)) if is_of_row else _of_key(rows, by_key, told)
        if row is None:
            found.outcomes += 1
            found.unknown += 1
            continue
        row = mine.get(_place(row))
        if row is None:
            continue  # it is of a row that is not looked at
        found.outcomes += 1
        is_earlier = row.outcome_time is not None and told.time < row.outcome_time
        if row.outcome is None or is_of_row or is_earlier:
            row.outcome, row.outcome_time = told.outcome, told.time


def _place(row: LoggedRow) -> tuple[str, int, float, str]:
    return row.request_id, row.row, row.time, row.digest


@dataclass(slots=True)
class _OfKey:
    times: list[float] = field(default_factory=list)
    rows: list[LoggedRow] = field(default_factory=list)


def _of_key(
    rows: Sequence[LoggedRow], by_key: dict[tuple[str, ...], dict[str, _OfKey]], told: Outcome
) -> LoggedRow | None:
    key = told.key or "{}"
    columns = tuple(sorted(json.loads(key)))
    if columns not in by_key:
        known: dict[str, _OfKey] = defaultdict(_OfKey)
        for each in sorted(rows, key=lambda row: row.time):  # stable: of one time, the one kept last comes last
            if all(name in each.inputs for name in columns):
                its = known[Outcome.key_of({name: each.inputs[name] for name in columns})]
                its.times.append(each.time)
                its.rows.append(each)
        by_key[columns] = known
    its = by_key[columns].get(key, _OfKey())
    place = bisect_right(its.times, told.time)
    return its.rows[place - 1] if place else None
