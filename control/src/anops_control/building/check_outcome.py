"""Makes the outcome of a check from what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.checking import Outcome, Status
from anops_control.findings import Severity, has_errors, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.findings import Finding


def outcome(name: str, passed: str, findings: Iterable[Finding]) -> Outcome:
    """Return the outcome.

    Args:
        name: The check's name.
        passed: What is so where nothing was found.
        findings: What was found.
    """
    found = in_order(findings)
    if has_errors(found):
        return Outcome(name, Status.FAILED, passed, found)
    warned = any(finding.severity is Severity.WARNING for finding in found)
    return Outcome(name, Status.WARNED if warned else Status.PASSED, passed, found)
