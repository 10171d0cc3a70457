"""Evidently's report of a log: its rows beside those of the baseline, with the kinds of columns that the schema says.

Whether something has moved is Evidently's word there, with its own tests and limits; ours are in `report.py`.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.alone import alone
from anops_model_interface.outcome_levels import case_last, level_of

from anops_monitoring.drift import MIN_ROWS
from anops_monitoring.failures import MonitoringError
from anops_monitoring.scales import alike, has_classes
from anops_monitoring.values import kind_of, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import ColumnSpec, Schema

    from anops_monitoring.baseline import Baseline
    from anops_monitoring.logged import Logged

PREDICTED, OUTCOME = "predicted: {}", "outcome"
"""What the columns are called beside those of the model."""
_PROGRAM = Path(__file__).with_name("evidently_program.py")
_NOT_THERE = 3
_NOT_JUDGED = ("task", "prediction", "target", "case")
_KINDS = {"level": "categorical", "text": "text", "number": "numerical"}


def evidently_page(logged: Logged, baseline: Baseline, schema: Schema) -> str:
    """Return Evidently's page.

    Args:
        logged: The log: what is current there.
        baseline: The reference there.
        schema: The model's columns.

    Raises:
        MonitoringError: There are too few rows, Evidently is not installed, or fails.
    """
    asked = tables_of(logged, baseline, schema)
    with tempfile.TemporaryDirectory(prefix="anops-evidently-") as own:
        file = Path(own, "page.html")
        ended = subprocess.run(  # noqa: S603  this Python
            alone(sys.executable, _PROGRAM),
            input=json.dumps({**asked, "file": str(file)}),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DO_NOT_TRACK": "1"},
        )
        if ended.returncode == _NOT_THERE:
            raise MonitoringError(
                "Evidently's report is an extra, which is not installed.", remedy="Add it: ao extra add evidently"
            )
        if ended.returncode or not file.is_file():
            said = ended.stderr.strip().splitlines()[-3:] or [f"It ended with {ended.returncode}."]
            raise MonitoringError("Evidently could not make its report.", details=said)
        return file.read_text(encoding="utf-8")


def tables_of(logged: Logged, baseline: Baseline, schema: Schema) -> dict[str, Any]:
    """Return what Evidently is given: see `evidently_program.py`.

    Raises:
        MonitoringError: There are too few rows.
    """
    rows = [each for each in logged.rows if each.inputs]
    if min(len(rows), baseline.rows) < MIN_ROWS:
        raise MonitoringError(
            f"Evidently's report needs {MIN_ROWS} rows with their values: the log has {len(rows)}, "
            f"the baseline {baseline.rows}."
        )
    current: dict[str, Sequence[Any]] = {}
    reference: dict[str, Sequence[Any]] = {}
    kinds: dict[str, str] = {}
    for name, spec in schema.inputs.items():
        kept = [each.inputs.get(name) for each in rows]
        if name in baseline.inputs and any(name in each.inputs for each in rows):
            kinds[name] = _kind(spec)
            current[name], reference[name] = _made(kept, kinds[name]), _made(baseline.inputs[name], kinds[name])
    said = alike(rows, baseline)
    prediction = None
    if len(said) == len(rows):  # on one scale, which is the baseline's
        for name, spec in schema.outputs.items():
            if name not in baseline.outputs or not all(name in each for each in said):
                continue
            column = PREDICTED.format(name)
            kinds[column] = "categorical" if name == "prediction" and has_classes(baseline) else _kind(spec)
            current[column] = _made([each[name] for each in said], kinds[column])
            reference[column] = _made(baseline.outputs[name], kinds[column])
            prediction = prediction or column
    judged = _judged(
        [each.outcome for each in rows], baseline, kinds.get(prediction or ""), current.get(prediction or "")
    )
    if judged is None:
        return {"current": current, "reference": reference, "kinds": kinds, **dict.fromkeys(_NOT_JUDGED)}
    kinds[OUTCOME], current[OUTCOME], reference[OUTCOME] = judged.kind, judged.current, judged.reference
    told = {"current": current, "reference": reference, "kinds": kinds, "prediction": prediction, "target": OUTCOME}
    return told | {"task": judged.task, "case": judged.case}


@dataclass(frozen=True, slots=True)
class _Judged:
    kind: str
    task: str
    case: str | None
    current: list[Any]
    reference: list[Any]


def _judged(
    outcomes: Sequence[Any], baseline: Baseline, kind: str | None, predicted: Sequence[Any] | None
) -> _Judged | None:
    """Return outcomes as predictions are judged by them; None where they can't be."""
    before = baseline.outcome
    if kind is None or predicted is None or before is None or min(_known(outcomes), _known(before)) < MIN_ROWS:
        return None
    now, then = _made(outcomes, kind), _made(before, kind)
    if kind == "numerical":
        is_number = _are_numbers(before) and _are_numbers(outcomes)
        return _Judged(kind, "regression", None, now, then) if is_number else None
    levels = case_last({each for each in (*now, *then) if each is not None})
    if kind != "categorical" or len(levels) < 2:
        return None
    is_two = len(levels) == 2 and {each for each in predicted if each is not None} <= {*levels}
    return _Judged(kind, "classification", levels[1] if is_two else None, now, then)


def _kind(spec: ColumnSpec) -> str:
    return "datetime" if spec.type in {"date", "datetime"} else _KINDS[kind_of(spec)]


def _made(values: Sequence[Any], kind: str) -> list[Any]:
    if kind == "numerical":
        return [float(each) if math.isfinite(each) else None for each in numbers(values)]
    if kind == "categorical":
        return [None if each is None else level_of(each) for each in values]
    return list(values)


def _known(values: Sequence[Any]) -> int:
    return sum(each is not None for each in values)


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(each is None or (isinstance(each, int | float) and not isinstance(each, bool)) for each in values)
