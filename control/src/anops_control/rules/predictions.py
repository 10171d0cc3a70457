"""The model loads, and still gives the predictions that the project keeps for its reference rows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import MAX_FAULTS, AnOpsError, Problem
from anops_project.frame_json import frame_to_json
from anops_project.reference import EXAMPLE, REFERENCE

from anops_control.examination import begin_reproduction, examined, reproduced
from anops_control.rules.comparison import differences
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.errors import CommandError
    from anops_control.findings import Finding
    from anops_control.model_process import Reproduction
    from anops_control.places.place import Place

_REPORT = Reporter("predictions")
ACCEPT = "--accept-predictions"
"""The flag of `ao check` that writes the model's new predictions down."""
GIVE_ROWS = f"Give some rows as the model gets them: ao check --data FILE.csv {ACCEPT}"
_KINDS = {bool: "booleans", str: "texts"}
_NOT_FINITE = ("NaN", "Inf", "-Inf")
_NO_ROWS = "The project has no reference rows, so nothing tells when its predictions change."


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    try:
        answered = reproduced(configuration)
    except AnOpsError as error:
        yield failure_finding(RULE.name, error)
        return
    if answered.predictions is None and _has_rows_to_take(configuration):
        yield _REPORT.warning(_NO_ROWS, remedy=f"Run: ao check {ACCEPT}")
        return
    yield from _compared(configuration, answered)


def _inspect_within(configuration: Configuration, place: Place) -> Iterator[Finding]:
    from anops_control.model_process import reproduce_in  # noqa: PLC0415  the list of rules alone needs no model

    yield from _compared(configuration, reproduce_in(place))


def _has_rows_to_take(configuration: Configuration) -> bool:
    """Say whether `ao check --accept-predictions` finds rows by itself."""
    if (configuration.folder / EXAMPLE).is_file():
        return True
    description = examined(configuration, "description").description
    return description is not None and description.rows is not None and description.predictions is not None


def _compared(configuration: Configuration, answered: Reproduction) -> Iterator[Finding]:
    """Yield what is wrong with a model's answers to its project's reference rows."""
    if answered.predictions is None:
        yield _REPORT.warning(_NO_ROWS, remedy=GIVE_ROWS)
        return
    received, by_chance = frame_to_json(answered.predictions)["columns"], answered.by_chance
    try:
        written = json.loads((configuration.folder / REFERENCE).read_text(encoding="utf-8"))
        expected = written["predictions"]["columns"]
    except (KeyError, TypeError):
        yield _REPORT.error(
            f"{REFERENCE} must have the expected `predictions`, with their `columns`.",
            remedy=f"Run: ao check {ACCEPT}",
            file=REFERENCE,
        )
        return
    if written.get("by_chance") is True:
        yield from compare_kinds(expected, received)
        yield _REPORT.note(
            f'{REFERENCE} has "by_chance": true: only columns, types and number of the predictions are compared.',
            remedy=None if by_chance else f"Where they are the same each time by now, run: ao check {ACCEPT}",
            file=REFERENCE,
        )
        return
    found = list(compare(expected, received, configuration.check.tolerance))
    if found and by_chance and not list(compare_kinds(expected, received)):
        yield _REPORT.error(
            f"The predictions are drawn by chance, and {REFERENCE} expects the very same each time. {found[0].message}",
            remedy=f"Set a seed in predict_model(); or, where chance is meant, run: ao check {ACCEPT}",
            file=REFERENCE,
        )
        return
    yield from found


def compare(
    expected: dict[str, list[Any]], received: dict[str, list[Any]], tolerance: float = 1e-8
) -> Iterator[Finding]:
    """Yield a finding for each prediction that is not the expected one, at most five and a count of the others.

    Args:
        expected: Values by column, as JSON writes them; null is missing.
        received: The same, as the model answers now.
        tolerance: How far a number may be off, relative to its size.
    """
    yield from _other_columns(expected, received)
    if _first_of_other_length(expected, received):
        return
    found = [difference.words() for difference in differences(expected, received, tolerance)]
    for message in found[:MAX_FAULTS]:
        yield _different(message)
    if len(found) > MAX_FAULTS:
        yield _different(f"{len(found) - MAX_FAULTS} more predictions are different.")


def compare_kinds(expected: dict[str, list[Any]], received: dict[str, list[Any]]) -> Iterator[Finding]:
    """Yield what differs between predictions that chance draws, beside their values: columns, types and number.

    Args:
        expected: Values by column, as JSON writes them; null is missing.
        received: The same, as the model answers now.
    """
    yield from _other_columns(expected, received)
    for name in (name for name in expected if name in received):
        one, other = _kinds(expected[name]), _kinds(received[name])
        if one and other and one != other:
            yield _different(f"Column `{name}` must hold {_listing(one)}, not {_listing(other)}.")


def _other_columns(expected: dict[str, list[Any]], received: dict[str, list[Any]]) -> Iterator[Finding]:
    for name in expected:
        if name not in received:
            yield _different(f"Column `{name}` is missing in the predictions.")
    for name in received:
        if name not in expected:
            yield _different(f"Column `{name}` of the predictions is not among the expected ones.")
    other = _first_of_other_length(expected, received)
    if other is not None:
        yield _different(f"Column `{other}` must have {len(expected[other])} predictions, not {len(received[other])}.")


def _first_of_other_length(expected: dict[str, list[Any]], received: dict[str, list[Any]]) -> str | None:
    both = (name for name in expected if name in received)
    return next((name for name in both if len(expected[name]) != len(received[name])), None)


def _kinds(values: list[Any]) -> set[str]:
    """Return what the values of a column are; a missing one is nothing, and an infinite one is text in JSON only."""
    told = (value for value in values if value is not None and value not in _NOT_FINITE)
    return {_KINDS.get(type(value), "numbers") for value in told}


def _listing(kinds: set[str]) -> str:
    return " and ".join(sorted(kinds))


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
    faults = [f"{fault.message}." for fault in problem.further_faults]
    if problem.call:
        faults.append(f"It failed in: {problem.call}")
    return _REPORT.error(" ".join([problem.message, *faults]), remedy=problem.remedy)


RULE = Rule(
    name="predictions",
    passed="The model loads, and gives the expected predictions for the reference rows.",
    doing="Loading the model",
    inspect=_inspect,
    within=_inspect_within,
    after=("structure", "r"),
    ahead=begin_reproduction,
)
