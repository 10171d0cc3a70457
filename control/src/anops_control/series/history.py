"""The history of a series in a file: read, dated by its calendar, and split where the model's fit ends."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from anops_model_interface.series.contract import SeriesContract

Key = tuple[str, ...]
"""Which series of a panel: the values of its key columns."""
_MOST_TOLD = 5
_MISSING = frozenset({"", "NA", "NaN"})


@dataclass(frozen=True, slots=True)
class History:
    """What was observed of one series.

    Attributes:
        key: Which series it is.
        first: The step of the first value; step 0 is the last period of the fit, 1 the period behind it.
        values: A value for each step from then on; NaN where there is none (1-D).
        regressors: What the regressors were, by step and name, as texts.
    """

    key: Key
    first: int
    values: np.ndarray
    regressors: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The last step."""
        return self.first + len(self.values) - 1

    def until(self, step: int) -> np.ndarray:
        """Return the values up to a step, with it."""
        return self.values[: max(step - self.first + 1, 0)]

    def at(self, step: int) -> float:
        """Return the value at a step; NaN where there is none."""
        place = step - self.first
        return float(self.values[place]) if 0 <= place < len(self.values) else float("nan")


def read_history(
    body: Iterable[bytes], name: str, contract: SeriesContract, regressors: Sequence[str]
) -> list[History]:
    """Read the history of each series in a file.

    Args:
        body: The file, as plain CSV.
        name: What messages call it.
        contract: What the model says of its series.
        regressors: The columns of regressors.

    Raises:
        CommandError: A column is missing, or a cell can't be used; the first of these are named with their rows.
    """
    calendar, last = contract.calendar, contract.last
    if calendar is None or last is None:
        raise CommandError(
            "The model does not know the calendar of its series.",
            remedy="Write `frequency` and `last` into [series] of ao.toml, and serve it again.",
            code=Code.PROJECT_INVALID,
        )
    rows = csv.DictReader(io.StringIO(b"".join(body).decode("utf-8-sig")))
    missing = [
        each
        for each in (*contract.keys, contract.time, contract.value, *regressors)
        if each not in (rows.fieldnames or ())
    ]
    if missing:
        raise CommandError(
            f"{name} must have a column `{missing[0]}`; it has {', '.join(rows.fieldnames or ()) or 'none'}.",
            remedy="`time` and `value` of [series] in ao.toml name the columns of times and values.",
            code=Code.COLUMN_MISSING,
        )
    found: dict[Key, dict[int, tuple[float, dict[str, str]]]] = {}
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        key = tuple(row[each] for each in contract.keys)
        try:
            step = calendar.between(last, row[contract.time])
        except ValueError as error:
            faults.append(f"Row {number}: {error}.")
            continue
        try:
            value = float("nan") if row[contract.value] in _MISSING else float(row[contract.value])
        except ValueError:
            faults.append(f"Row {number}: `{contract.value}` must be a number, not {row[contract.value]}.")
            continue
        if step in found.setdefault(key, {}):
            faults.append(f"Row {number}: {row[contract.time]} appears twice.")
        found[key][step] = value, {each: row[each] for each in regressors}
    if faults:
        more = len(faults) - _MOST_TOLD
        raise CommandError(
            f"{name} can't be used as the history of the series.",
            details=[*faults[:_MOST_TOLD], *([f"… and {more} more."] if more > 0 else [])],
            code=Code.FILE_UNREADABLE,
        )
    if not found:
        raise CommandError(f"{name} has no rows.", code=Code.NO_ROWS)
    return [_history(key, by_step) for key, by_step in found.items()]


def _history(key: Key, by_step: Mapping[int, tuple[float, dict[str, str]]]) -> History:
    first, end = min(by_step), max(by_step)
    values = np.full(end - first + 1, np.nan)
    for step, (value, _) in by_step.items():
        values[step - first] = value
    return History(key, first, values, {step: regressors for step, (_, regressors) in by_step.items()})


def observed_text(history: History, origin: int, contract: SeriesContract, regressors: Sequence[str]) -> str | None:
    """Return what was observed from the end of the fit up to a step, as a model takes it in; None where nothing was."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*contract.keys, "step", "value", *regressors])
    count = 0
    for step in range(1 - contract.behind_of(history.key), origin + 1):
        value = history.at(step)
        if not np.isnan(value):
            count += 1
            told: Mapping[str, Any] = history.regressors[step]
            writer.writerow([*history.key, step, repr(value), *(told[name] for name in regressors)])
    return text.getvalue() if count else None
