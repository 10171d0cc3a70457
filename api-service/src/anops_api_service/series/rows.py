"""From a frame of observations to what the store takes, and back."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError, Fault, FaultCollector, Problem
from anops_model_interface.frames import Frame
from anops_series.port import Observation

from anops_api_service.answer_json import json_values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from anops_model_interface.schema import ColumnType
    from anops_series.port import Disagreement

    from anops_api_service.series.form import ObservationForm

_SEEN = "Leave out rows of times that the model was fitted on: it has seen them already."


def observations_of(frame: Frame, form: ObservationForm) -> list[Observation]:
    """Return the rows of a frame as observations.

    Args:
        frame: Rows that fit the columns of `form`.
        form: What observations of the model must be.

    Raises:
        AnOpsError: `PERIOD`: a time is none of the calendar, or the model was fitted on it.
    """
    columns = {column.name: json_values(column) for column in frame.columns}
    keys = sorted(form.keys)
    behind = [
        form.series.behind_of([_key_text(columns[name][row]) for name in form.keys]) if form.series.behind else 0
        for row in range(frame.rows)
    ]
    moments = _moments(list(zip(columns[form.time], behind, strict=True)), form)
    return [
        Observation(
            moment,
            float(columns[form.value][row]),
            tuple((name, _key_text(columns[name][row])) for name in keys),
            {name: columns[name][row] for name in form.regressors},
        )
        for row, moment in enumerate(moments)
    ]


def frame_of(observations: Sequence[Observation], form: ObservationForm) -> Frame:
    """Return observations as a frame: keys, time, value and regressors."""
    inputs = form.schema.inputs
    lists: dict[str, list[object]] = {}
    for name in form.keys:
        lists[name] = [dict(one.key)[name] for one in observations]
    lists[form.time] = [form.text(one.time) for one in observations]
    lists[form.value] = [one.value for one in observations]
    for name in form.regressors:
        lists[name] = [one.regressors.get(name) for one in observations]
    columns = tuple(_column(name, inputs[name].type, values) for name, values in lists.items())
    return Frame(columns, len(observations))


def contradicted(disagreements: Sequence[Disagreement], form: ObservationForm) -> AnOpsError:
    """Return what is told where observations contradict what is kept, or each other."""
    faults = FaultCollector()
    for one in disagreements:
        when = form.text(one.observation.time) + "".join(f", {name} {value}" for name, value in one.observation.key)
        differs = one.observation.value != one.kept
        if one.earlier_row is not None:
            rule = f"column `{form.value}` must have one value for each time"
            found = f"is {one.observation.value:g} for {when}, and row {one.earlier_row + 1} is {one.kept:g}"
        else:
            rule = f"column `{form.value}` must be what was observed before"
            found = f"is {one.observation.value:g} for {when}, and {one.kept:g} is kept"
        if not differs:
            other = "an earlier row" if one.earlier_row is not None else "are kept"
            found = f"has other regressors for {when} than {other}"
        faults.add(
            Fault(
                Code.OBSERVATION_DIFFERS,
                rule,
                column=form.value,
                row=one.row + 1,
                found=found,
                expected=f"{one.kept:g}",
                received=f"{one.observation.value:g}",
            )
        )
    within = any(one.earlier_row is not None for one in disagreements)
    return _refused(
        faults,
        form,
        "Leave one of the two rows out."
        if within
        else "Where the new value is right, send it with ?corrections=true: it then replaces the other.",
    )


def _moments(times: Sequence[tuple[str, int]], form: ObservationForm) -> list[datetime]:
    """Return the moment of each time; of a panel, the same times come again and again."""
    known: dict[tuple[str, int], tuple[datetime | None, str]] = {}
    faults = FaultCollector()
    remedies: dict[str, str] = {}
    moments = []
    for row, (time, behind) in enumerate(times):
        if (time, behind) not in known:
            known[time, behind] = _moment(time, behind, form)
        moment, wrong = known[time, behind]
        if moment is not None:
            moments.append(moment)
            continue
        shown = form.text(form.moment(time))  # by a clock of the series' zone, as its forecasts are
        early = wrong == "early"
        last = form.calendar.after(form.last, 1, first=-behind)[0]
        rule = (
            f"column `{form.time}` must be later than {last}, until when the model was fitted"
            if early
            else f"column `{form.time}` must be a period of frequency {form.calendar.frequency} "
            f"that follows {form.last}"
        )
        expected = f"a time after {last}" if early else f"such as {form.calendar.after(form.last, 1)[0]}"
        faults.add(
            Fault(
                Code.PERIOD,
                rule,
                column=form.time,
                row=row + 1,
                found=f"is {shown}",
                expected=expected,
                received=shown,
            )
        )
        if wrong not in remedies:
            remedies[wrong] = _SEEN if early else _beside(shown, form)
    if faults:
        raise _refused(faults, form, " ".join(remedies.values()))
    return moments


def _beside(time: str, form: ObservationForm) -> str:
    """Return what to do about a time between two periods."""
    first = max(form.calendar.until(form.last, time), 1)
    near = form.calendar.after(form.last, 1, first=first)
    with suppress(ValueError):  # the calendar ends
        near += form.calendar.after(form.last, 1, first=first + 1)
    return (
        f"Give each row the time of its period: {' or '.join(near)} in place of {time}. "
        "Where the series has another frequency now, fit the model on it."
    )


def _moment(time: str, behind: int, form: ObservationForm) -> tuple[datetime | None, str]:
    try:
        count = form.calendar.between(form.last, time)
    except ValueError:
        return None, "between periods"
    if count < 1 - behind:
        return None, "early"
    return form.moment(time), ""


def _refused(faults: FaultCollector, form: ObservationForm, remedy: str | None) -> AnOpsError:
    kept = tuple(faults.faults)
    return AnOpsError.of(
        Problem(
            kept[0].code,
            faults=kept,
            more=faults.total - len(kept),
            remedy=remedy,
            lead=f"Can't take in observations of `{form.model}`",
        )
    )


def _key_text(value: object) -> str:
    """Return the value of a key as text: a number is the same with and without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _column(name: str, kind: ColumnType, values: list[object]) -> Column:
    if kind == "number":
        numbers = [float("nan") if value is None else float(value) for value in values]  # type: ignore[arg-type]  # numbers, or "Inf"
        return Column(name, kind, np.array(numbers, dtype=np.float64))
    missing = np.array([value is None for value in values], dtype=bool)
    mask = missing if missing.any() else None
    if kind == "integer":
        whole = [0 if value is None else int(value) for value in values]  # type: ignore[call-overload]  # whole numbers
        return Column(name, kind, np.array(whole, dtype=np.int64), mask)
    if kind == "boolean":
        return Column(name, kind, np.array([bool(value) for value in values], dtype=bool), mask)
    texts = np.empty(len(values), dtype=object)
    texts[:] = ["" if value is None else str(value) for value in values]
    return Column(name, kind, texts, mask)
