"""Writes into a project what `ao check` found out, where a person asked for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_model_service.frame_json import frame_to_json
from anops_model_service.reference import REFERENCE

from ao.checking import Outcome, Status
from ao.configuration import load
from ao.configuration.editing import apply_edits, written
from ao.errors import CommandError
from ao.examination import examined, reproduced
from ao.findings import Severity
from ao.init.reference_files import reference_json
from ao.init.values import INDEPENDENCE_COMMENTS
from ao.rules.comparison import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ao.findings import Edit, Finding


def mend(folder: Path, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Write into ao.toml what mends findings.

    Args:
        folder: The project's folder.
        outcomes: What was found.

    Returns:
        The outcomes, each finding that is mended now a note that says what was written.
    """
    edits = [edit for outcome in outcomes for finding in outcome.findings for edit in finding.edits]
    if not edits:
        return list(outcomes)
    apply_edits(load(folder).path, edits, own_comments=INDEPENDENCE_COMMENTS)
    return [_mended(outcome) for outcome in outcomes]


def _mended(outcome: Outcome) -> Outcome:
    findings = tuple(_told(finding) if finding.edits else finding for finding in outcome.findings)
    worst = {finding.severity for finding in findings}
    status = outcome.status
    if status in {Status.FAILED, Status.WARNED} and Severity.ERROR not in worst:
        status = Status.WARNED if Severity.WARNING in worst else Status.PASSED
    return replace(outcome, findings=findings, status=status)


def _told(finding: Finding) -> Finding:
    return replace(
        finding,
        severity=Severity.NOTE,
        message=f"{finding.message} Now ao.toml has {_listing(finding.edits)}.",
        remedy=None,
        edits=(),
    )


def _listing(edits: Iterable[Edit]) -> str:
    return ", ".join(f"`{key} = {value}`" for key, value in written(edits).items())


def accept_predictions(folder: Path) -> str:
    """Write the model's present predictions into the reference file, as those that are expected from now on.

    The rows stay as they are, where they still fit the project; else they are taken from the model itself.

    Args:
        folder: The project's folder.

    Returns:
        What was written, in a sentence.

    Raises:
        AnOpsError: The model can't be loaded, or failed.
        CommandError: There are no rows to be had.
    """
    path = folder / REFERENCE
    before = _read(path)
    try:
        rows = reproduced(load(folder)).rows
        why = None if rows is not None else "the project had none"
    except AnOpsError as error:
        rows, why = None, error.problem.message.rstrip(".")
        if not before:
            raise
    if rows is None:
        _take_rows(folder, path, why or "", before)
    now = reproduced(load(folder))
    if now.rows is None or now.predictions is None:
        raise _no_rows(why or "")
    received = frame_to_json(now.predictions)
    options = before.get("options") or {}
    path.write_text(reference_json(frame_to_json(now.rows), received, options), encoding="utf-8")
    taken = f" Its rows are new, from the model itself ({why})." if why else ""
    expected = {} if why else (before.get("predictions") or {}).get("columns", {})
    tolerance = load(folder).check.tolerance
    return f"Wrote {REFERENCE}: {_changes(expected, received['columns'], now.rows.rows, tolerance)}.{taken}"


def _take_rows(folder: Path, path: Path, why: str, before: dict[str, Any]) -> None:
    description = examined(load(folder)).description
    if description is None or description.rows is None or description.predictions is None:
        raise _no_rows(why)
    path.parent.mkdir(exist_ok=True)
    saved = path.read_bytes() if path.exists() else None
    rows, predictions = frame_to_json(description.rows), frame_to_json(description.predictions)
    path.write_text(reference_json(rows, predictions, before.get("options")), encoding="utf-8")
    try:
        reproduced(load(folder))
    except AnOpsError:
        path.unlink() if saved is None else path.write_bytes(saved)
        raise


def _no_rows(why: str) -> CommandError:
    return CommandError(
        f"There are no rows to keep predictions of: {why}, and the model has none to give.",
        remedy=f'Write some into {REFERENCE}: {{"rows": {{"columns": {{"x": [1, 2]}}}}}}, then accept again.',
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _changes(expected: dict[str, list[Any]], received: dict[str, list[Any]], rows: int, tolerance: float) -> str:
    if expected.keys() != received.keys() or any(len(values) != rows for values in expected.values()):
        return f"the predictions of {rows} rows"
    found = list(differences(expected, received, tolerance))
    if not found:
        return f"none of its {rows} rows is predicted differently"
    changed = len({difference.row for difference in found})
    largest = max(found, key=_size)
    return (
        f"{changed} of its {rows} rows {'is' if changed == 1 else 'are'} predicted differently; most of all "
        f"row {largest.row}, which was {largest.expected} and is {largest.received} now"
    )


def _size(difference: Difference) -> float:
    return float("inf") if difference.relative is None else difference.relative
