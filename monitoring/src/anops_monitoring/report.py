"""The report: the whole time, week by week, and by the values of a column."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.moments import utc_text
from anops_model_interface.outcome_levels import level_of
from anops_model_interface.schema import Schema

from anops_monitoring.baseline import Baseline
from anops_monitoring.coverage import coverage_of
from anops_monitoring.drift import MIN_ROWS, drift_of, judge
from anops_monitoring.estimate import estimated
from anops_monitoring.failures import MonitoringError
from anops_monitoring.findings import findings_of, notes_of, says_of
from anops_monitoring.forecasts import STEP
from anops_monitoring.outcomes import performance_of
from anops_monitoring.pit import pit_of
from anops_monitoring.scales import Truth, alike, has_classes, judged, truth_of
from anops_monitoring.stability import CONVENTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import ColumnSpec

    from anops_monitoring.logged import Logged, LoggedRow

_TESTS = """KS and chi-square are ks.test and chisq.test of R, ties included. p values have Holm's correction for all
columns and their missing values within a window; a change is reported below 0.05. Its size: PSI below 0.1 small, below
0.25 moderate, else large. Texts have no test: a change is reported where the interval of their distance is above 0.1.
"""
_FEW = f"""Nothing is computed from fewer than {MIN_ROWS} values. Intervals are at 95 %; those of shares are exact
(Clopper and Pearson), those of a difference of shares Newcombe's."""
CONVENTIONS = tuple(" ".join(each.split()) for each in (CONVENTION, _TESTS, _FEW))
FORECASTS = """Forecasts are compared with what was observed for their period. Where a fit has forecast a period several
times equally many steps ahead, its last forecast counts. Forecasts of periods that overlap depend on each other:
intervals are then too narrow."""
FORECASTS = " ".join(FORECASTS.split())
_MOST_SEGMENTS = 20


@dataclass(frozen=True, slots=True)
class Window:
    """Some rows of the log, and what they are compared with.

    Attributes:
        name: What it is called.
        rows: The rows.
        baseline: What they are compared with.
    """

    name: str
    rows: Sequence[LoggedRow]
    baseline: Baseline


def report_of_forecasts(logged: Logged, *, by_week: bool = True) -> dict[str, Any]:
    """Return the report of forecasts: how good they were, as a whole and by how many steps ahead they were.

    Args:
        logged: They, with what was observed.
        by_week: Whether to look at each week in which they were given, too.
    """
    steps: dict[int, list[LoggedRow]] = defaultdict(list)
    for each in logged.rows:
        steps[each.inputs[STEP]].append(each)
    none, schema, truth = Baseline({}, {}), Schema(), Truth((), None)
    whole = looked_at(Window("all", logged.rows, none), schema, truth)
    weeks = [looked_at(each, schema, truth) for each in _weeks(logged.rows, none)] if by_week else []
    parts = [looked_at(Window(f"{STEP} {step}", steps[step], none), schema, truth) for step in sorted(steps)]
    told = _told(logged, none, whole, weeks) | {"segment": STEP, "segments": parts}
    return told | {"conventions": [*CONVENTIONS, FORECASTS]}


def report_of(
    logged: Logged, baseline: Baseline, schema: Schema, *, by_week: bool = True, segment: str | None = None
) -> dict[str, Any]:
    """Return the report.

    Args:
        logged: The log.
        baseline: What it is compared with.
        schema: The model's columns.
        by_week: Whether to look at each week (from Monday, in UTC) too.
        segment: The column by whose values to look, too.

    Raises:
        MonitoringError: The baseline is of other columns, or there is no such column.
    """
    _check(baseline, schema, segment)
    truth = truth_of(baseline, logged.rows)
    whole = looked_at(Window("all", logged.rows, baseline), schema, truth)
    weeks = [looked_at(each, schema, truth) for each in _weeks(logged.rows, baseline)] if by_week else []
    parts = [looked_at(each, schema, truth) for each in _segments(logged.rows, baseline, segment)] if segment else []
    return _told(logged, baseline, whole, weeks) | {"segment": segment, "segments": parts}


def _told(logged: Logged, baseline: Baseline, whole: dict[str, Any], weeks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    findings = findings_of(whole)
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": len(logged.rows),
        "requests": logged.requests,
        "outcomes": sum(each.outcome is not None for each in logged.rows),
        "dropped": logged.dropped,
        "baseline": dict(baseline.facts),
        "whole": whole,
        "weeks": list(weeks),
        "segment": None,
        "segments": [],
        "conventions": list(CONVENTIONS),
        "findings": findings,
        "says": None if findings else says_of(whole),
        "notes": notes_of(logged, baseline, whole),
    }


def looked_at(window: Window, schema: Schema, truth: Truth) -> dict[str, Any]:
    """Return what there is to say of some rows.

    Args:
        window: The rows.
        schema: The model's columns.
        truth: What is known of outcomes in all rows.
    """
    rows, baseline = window.rows, window.baseline
    same = alike(rows, baseline)
    columns = [
        drift_of(name, spec, [each.inputs.get(name) for each in rows if name in each.inputs], baseline.inputs[name])
        for name, spec in schema.inputs.items()
    ]
    predictions = [
        drift_of(name, spec, [said[name] for said in same if name in said], values)
        for name, spec, values in _outputs(schema, baseline)
    ]
    judge([*columns, *predictions])
    performed = judged(rows, baseline)
    outcomes, said = [each.outcome for each in performed.rows], [each.outputs for each in performed.rows]
    known: dict[str, Any] = {"levels": truth.levels, "case": truth.case}
    performance = performance_of(outcomes, said, **known, is_class=performed.is_class)
    reference = None
    if baseline.outcome is not None:
        reference = performance_of(baseline.outcome, baseline.predictions(), **known, is_class=has_classes(baseline))
    of_classes = any(found is not None and found["kind"] == "probability" for found in (performance, reference))
    return {
        "name": window.name,
        "from": _moment(min((each.time for each in rows), default=None)),
        "to": _moment(max((each.time for each in rows), default=None)),
        "rows": len(rows),
        "columns": columns,
        "predictions": predictions,
        "coverage": coverage_of(rows),
        "pit": pit_of(rows),
        "performance": performance | {"left_out": performed.left_out},
        "baseline_performance": reference,
        "estimate": estimated(said, is_chance=of_classes),
    }


def _check(baseline: Baseline, schema: Schema, segment: str | None) -> None:
    lacking = [name for name in schema.inputs if name not in baseline.inputs]
    more = [name for name in baseline.inputs if name not in schema.inputs]
    if lacking or more:
        details = [f"It lacks {', '.join(f'`{name}`' for name in lacking)}."] if lacking else []
        details += [f"The model does not take {', '.join(f'`{name}`' for name in more)}."] if more else []
        raise MonitoringError("The baseline has other columns than the model.", details=details)
    if segment is not None and segment not in schema.inputs:
        known = ", ".join(f"`{name}`" for name in schema.inputs)
        raise MonitoringError(f"The model has no column `{segment}`.", details=[f"It has {known}."])


def _outputs(schema: Schema, baseline: Baseline) -> list[tuple[str, ColumnSpec, Sequence[Any]]]:
    return [(name, spec, baseline.outputs[name]) for name, spec in schema.outputs.items() if name in baseline.outputs]


def _weeks(rows: Sequence[LoggedRow], baseline: Baseline) -> list[Window]:
    found: dict[str, list[LoggedRow]] = defaultdict(list)
    for each in rows:
        day = datetime.fromtimestamp(each.time, UTC).date()
        found[(day - timedelta(days=day.weekday())).isoformat()].append(each)
    return [Window(f"week of {monday}", found[monday], baseline) for monday in sorted(found)]


def _segments(rows: Sequence[LoggedRow], baseline: Baseline, column: str) -> list[Window]:
    found: dict[str, list[LoggedRow]] = defaultdict(list)
    for each in rows:
        found[_of(each.inputs.get(column))].append(each)
    if len(found) > _MOST_SEGMENTS:
        raise MonitoringError(
            f"`{column}` has {len(found)} values: more than {_MOST_SEGMENTS} are too many to split a report by.",
            remedy="Choose a column with few values.",
        )
    before = np.array([_of(each) for each in baseline.inputs[column]], dtype=object)
    return [
        Window(f"{column} = {value}", found[value], baseline.at(np.flatnonzero(before == value)))
        for value in sorted(found)
    ]


def _of(value: object) -> str:
    return "missing" if value is None else level_of(value)


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else utc_text(seconds)
