"""The model loads, and still gives the predictions that the project keeps for its reference rows."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import MAX_FAULTS, AnOpsError, Problem
from anops_model_service.frame_json import frame_to_json
from anops_model_service.reference import REFERENCE

from ao.errors import CommandError
from ao.model_process import reproduce
from ao.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ao.configuration import Configuration
    from ao.findings import Finding

_REPORT = Reporter("predictions")
_RELATIVE, _ABSOLUTE = 1e-8, 1e-12


def _look(configuration: Configuration) -> Iterator[Finding]:
    try:
        answered = reproduce(configuration.project)
    except AnOpsError as error:
        yield problem_finding(error.problem)
        return
    except CommandError as error:
        message = " ".join([error.message, *error.details])
        yield _REPORT.error(message, remedy=error.remedy)
        return
    received = None if answered.predictions is None else frame_to_json(answered.predictions)["columns"]
    yield from reference_findings(configuration.folder, received)


def reference_findings(folder: Path, received: dict[str, list[Any]] | None) -> Iterator[Finding]:
    """Yield what is wrong with a model's answers to its project's reference rows.

    Args:
        folder: The project's folder.
        received: The answers by column, as JSON writes them; None where there are no rows.
    """
    if received is None:
        yield _REPORT.warning(
            "The project has no reference rows, so nothing tells when its predictions change.",
            remedy=f"Write rows and the predictions they must give into {REFERENCE}.",
        )
        return
    try:
        expected = json.loads((folder / REFERENCE).read_text(encoding="utf-8"))["predictions"]["columns"]
    except (KeyError, TypeError):
        yield _REPORT.error(f"{REFERENCE} must have the expected `predictions`, with their `columns`.", file=REFERENCE)
        return
    yield from compare(expected, received)


def compare(expected: dict[str, list[Any]], received: dict[str, list[Any]]) -> Iterator[Finding]:
    """Yield a finding for each prediction that is not the expected one, at most five and a count of the others.

    Args:
        expected: Values by column, as JSON writes them; null is missing.
        received: The same, as the model answers now.
    """
    for name in expected:
        if name not in received:
            yield _different(f"Column `{name}` is missing in the predictions.")
    for name in received:
        if name not in expected:
            yield _different(f"Column `{name}` of the predictions is not among the expected ones.")
    differences = []
    for name in (name for name in expected if name in received):
        wanted, got = expected[name], received[name]
        if len(wanted) != len(got):
            yield _different(f"Column `{name}` must have {len(wanted)} predictions, not {len(got)}.")
            continue
        differences += [
            f"Row {row} of column `{name}` must be {_text(one)}, not {_text(other)}."
            for row, (one, other) in enumerate(zip(wanted, got, strict=True), start=1)
            if not _same(one, other)
        ]
    for message in differences[:MAX_FAULTS]:
        yield _different(message)
    if len(differences) > MAX_FAULTS:
        yield _different(f"{len(differences) - MAX_FAULTS} more predictions are different.")


def _same(one: object, other: object) -> bool:
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    return "missing" if value is None else json.dumps(value, ensure_ascii=False)


def _different(message: str) -> Finding:
    return _REPORT.error(
        message,
        remedy=f"If the model was meant to change, write its new predictions into {REFERENCE}.",
        file=REFERENCE,
    )


def problem_finding(problem: Problem) -> Finding:
    """Return the finding for a model that can't be loaded, or failed."""
    faults = [f"{fault.message}." for fault in problem.faults if fault.message not in problem.message]
    if problem.call:
        faults.append(f"It failed in: {problem.call}")
    return _REPORT.error(" ".join([problem.message, *faults]), remedy=problem.remedy)


RULE = Rule(
    name="predictions",
    passed="The model loads, and gives the expected predictions for the reference rows.",
    doing="Loading the model",
    look=_look,
    after=("structure",),
)
