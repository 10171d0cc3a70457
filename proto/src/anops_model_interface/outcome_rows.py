"""Outcomes as somebody tells them, in JSON or in the lines of a file, read as outcomes."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault, FaultCollector, Problem
from anops_model_interface.moments import canonical_moment
from anops_model_interface.outcome_log import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIELDS = ("request_id", "row", "key", "time", "outcome")
_REMEDY = 'Tell each as {"request_id": "…", "row": 1, "outcome": 21.4}, or with "key": {"COLUMN": VALUE} and "time".'


def outcomes_of(records: Iterable[object], *, now: float) -> list[Outcome]:
    """Read outcomes.

    Args:
        records: Each with `outcome`, and `request_id` with `row` (from 1; 1 by default) or `key` with `time`. Times are
            ISO 8601; one without an offset is in UTC.
        now: The time of those without one, in seconds since 1970.

    Raises:
        AnOpsError: One of them is no outcome; all faults are told together.
    """
    faults = FaultCollector()
    found = []
    for number, record in enumerate(records, start=1):
        before = faults.total
        read = _read(record, number, now, faults)
        if read is not None and faults.total == before:
            found.append(read)
    if faults:
        reported = tuple(faults.faults)
        raise AnOpsError.of(
            Problem(
                reported[0].code,
                faults=reported,
                more=faults.total - len(reported),
                remedy=_REMEDY,
                lead="Can't take the outcomes, none of them is kept",
            )
        )
    return found


def _read(record: object, number: int, now: float, faults: FaultCollector) -> Outcome | None:
    if not isinstance(record, dict):
        faults.add(Fault(Code.BODY_SHAPE, "an outcome must be an object", row=number, found=f"is {_shown(record)}"))
        return None
    for name in record.keys() - set(FIELDS):
        rule = f"an outcome has no field `{name}`, only {', '.join(f'`{each}`' for each in FIELDS)}"
        faults.add(Fault(Code.BODY_SHAPE, rule, column=str(name), row=number, found="has it"))
    told: dict[str, Any] = {"time": _time(record, number, now, faults)}
    told["outcome"] = _outcome(record, number, faults)
    if (record.get("request_id") is None) == (record.get("key") is None):
        rule = "an outcome must name its prediction by `request_id`, or by `key` with `time`, one of them"
        found = "has neither" if record.get("key") is None else "has both"
        faults.add(Fault(Code.COLUMN_MISSING, rule, column="request_id", row=number, found=found))
    elif record.get("request_id") is not None:
        told |= {"request_id": str(record["request_id"]), "row": _row(record, number, faults)}
    else:
        told["key"] = _key(record, number, faults)
    return Outcome(**told)


def _time(record: Mapping[str, Any], number: int, now: float, faults: FaultCollector) -> float:
    written = record.get("time")
    if written is None:
        if record.get("key") is not None:
            rule = "an outcome that is given by `key` must have a `time`: when it came true"
            faults.add(Fault(Code.COLUMN_MISSING, rule, column="time", row=number, found="lacks it"))
        return now
    moment = canonical_moment(written, "datetime") if isinstance(written, str) else None
    if moment is None:
        rule = "`time` must be a date or time as ISO 8601, such as 2026-11-21T10:00:00Z"
        faults.add(Fault(Code.COLUMN_TYPE, rule, column="time", row=number, found=f"is {_shown(written)}"))
        return now
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


def _outcome(record: Mapping[str, Any], number: int, faults: FaultCollector) -> bool | int | float | str:
    written = record.get("outcome")
    is_value = isinstance(written, bool | int | str) or (isinstance(written, float) and math.isfinite(written))
    if written is None or written == "":
        rule = "an outcome must have an `outcome`: what came true"
        faults.add(Fault(Code.VALUE_MISSING, rule, column="outcome", row=number, found="lacks it"))
    elif not is_value:
        rule = "`outcome` must be a number, a text, true or false"
        faults.add(Fault(Code.COLUMN_TYPE, rule, column="outcome", row=number, found=f"is {_shown(written)}"))
    return written if is_value and written is not None else ""


def _row(record: Mapping[str, Any], number: int, faults: FaultCollector) -> int:
    written = record.get("row", 1)
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    if isinstance(written, bool) or not isinstance(written, int) or written < 1:
        rule = "`row` must be the number of a row of the request, from 1"
        faults.add(Fault(Code.COLUMN_RANGE, rule, column="row", row=number, found=f"is {_shown(written)}"))
        return 0
    return written - 1


def _key(record: Mapping[str, Any], number: int, faults: FaultCollector) -> str:
    written = record["key"]
    if not isinstance(written, dict) or not written:
        rule = '`key` must be an object of columns, such as {"customer": 17}'
        faults.add(Fault(Code.COLUMN_TYPE, rule, column="key", row=number, found=f"is {_shown(written)}"))
        return ""
    return Outcome.key_of(written)


def _shown(value: object) -> str:
    return f"{value!r:.80}"
