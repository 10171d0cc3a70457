"""Writes into a project what `ao check` found out, where a person asked for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_control.checking import Outcome, Status
from anops_control.configuration import load
from anops_control.configuration.editing import apply_edits, written
from anops_control.findings import Severity
from anops_control.init.values import OWN_COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from anops_control.findings import Edit, Finding


def fix(folder: Path, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Write into ao.toml what fixes findings.

    Args:
        folder: The project's folder.
        outcomes: What was found.

    Returns:
        The outcomes, each finding that is fixed now a note that says what was written.
    """
    edits = [edit for outcome in outcomes for finding in outcome.findings for edit in finding.edits]
    if not edits:
        return list(outcomes)
    apply_edits(load(folder).path, edits, own_comments=OWN_COMMENTS)
    return [_fixed(outcome) for outcome in outcomes]


def _fixed(outcome: Outcome) -> Outcome:
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
        message=f"Wrote {_listing(finding.edits)} into ao.toml. Why: {finding.message}",
        remedy=None,
        edits=(),
    )


def _listing(edits: Iterable[Edit]) -> str:
    return ", ".join(f"`{key} = {value}`" for key, value in written(edits).items())
