"""The model loads, and still gives the predictions that the project keeps for its reference rows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import MAX_FAULTS, AnOpsError, Problem
from anops_model_service.frame_json import frame_to_json
from anops_model_service.reference import EXAMPLE, REFERENCE

from ao.errors import CommandError
from ao.examination import examined, reproduced
from ao.rules.comparison import differences
from ao.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ao.configuration import Configuration
    from ao.findings import Finding

_REPORT = Reporter("predictions")
ACCEPT = "--accept-predictions"
"""The flag of `ao check` that writes the model's new predictions down."""
GIVE_ROWS = f"Give some rows as the model gets them: ao check --data FILE.csv {ACCEPT}"
_NO_ROWS = "The project has no reference rows, so nothing tells when its predictions change."


def _look(configuration: Configuration) -> Iterator[Finding]:
    try:
        answered = reproduced(configuration)
    except (AnOpsError, CommandError) as error:
        yield failure_finding(RULE.name, error)
        return
    received = None if answered.predictions is None else frame_to_json(answered.predictions)["columns"]
    if received is None and _has_rows_to_take(configuration):
        yield _REPORT.warning(_NO_ROWS, remedy=f"Run: ao check {ACCEPT}")
        return
    yield from reference_findings(configuration, received)


def _has_rows_to_take(configuration: Configuration) -> bool:
    """Say whether `ao check --accept-predictions` finds rows by itself."""
    if (configuration.folder / EXAMPLE).is_file():
        return True
    description = examined(configuration).description
    return description is not None and description.rows is not None and description.predictions is not None


def reference_findings(configuration: Configuration, received: dict[str, list[Any]] | None) -> Iterator[Finding]:
    """Yield what is wrong with a model's answers to its project's reference rows.

    Args:
        configuration: The project's.
        received: The answers by column, as JSON writes them; None where there are no rows.
    """
    if received is None:
        yield _REPORT.warning(_NO_ROWS, remedy=GIVE_ROWS)
        return
    try:
        expected = json.loads((configuration.folder / REFERENCE).read_text(encoding="utf-8"))["predictions"]["columns"]
    except (KeyError, TypeError):
        yield _REPORT.error(
            f"{REFERENCE} must have the expected `predictions`, with their `columns`.",
            remedy=f"Run: ao check {ACCEPT}",
            file=REFERENCE,
        )
        return
    yield from compare(expected, received, configuration.check.tolerance)


def compare(
    expected: dict[str, list[Any]], received: dict[str, list[Any]], tolerance: float = 1e-8
) -> Iterator[Finding]:
    """Yield a finding for each prediction that is not the expected one, at most five and a count of the others.

    Args:
        expected: Values by column, as JSON writes them; null is missing.
        received: The same, as the model answers now.
        tolerance: How far a number may be off, relative to its size.
    """
    for name in expected:
        if name not in received:
            yield _different(f"Column `{name}` is missing in the predictions.")
    for name in received:
        if name not in expected:
            yield _different(f"Column `{name}` of the predictions is not among the expected ones.")
    for name in (name for name in expected if name in received):
        if len(expected[name]) != len(received[name]):
            yield _different(f"Column `{name}` must have {len(expected[name])} predictions, not {len(received[name])}.")
            return
    found = [difference.words() for difference in differences(expected, received, tolerance)]
    for message in found[:MAX_FAULTS]:
        yield _different(message)
    if len(found) > MAX_FAULTS:
        yield _different(f"{len(found) - MAX_FAULTS} more predictions are different.")


def _different(message: str) -> Finding:
    return _REPORT.error(
        message,
        remedy=f"If the model was meant to change, accept its new predictions: ao check {ACCEPT}",
        file=REFERENCE,
    )


def failure_finding(rule: str, error: AnOpsError | CommandError) -> Finding:
    """Return the finding for a model that can't be loaded, or whose process died."""
    if isinstance(error, AnOpsError):
        return replace(problem_finding(error.problem), rule=rule)
    message = " ".join([error.message, *error.details])
    return Reporter(rule).error(message, remedy=error.remedy)


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
