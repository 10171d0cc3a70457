"""Shows what `ao check` found, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from ao import messages
from ao.checking import Status
from ao.findings import Severity
from ao.rules.registry import what_rules_make_sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ao.checking import Outcome
    from ao.findings import Finding

_STATUS_MARKS = {
    Status.PASSED: ("✔", "green"),
    Status.WARNED: ("▲", "yellow"),
    Status.FAILED: ("✖", "bold red"),
    Status.NOT_RUN: ("•", "dim"),
    Status.SKIPPED: ("•", "dim"),
}


def to_json(outcomes: Sequence[Outcome], *, passed: bool) -> dict[str, object]:
    """Return the report as JSON values.

    Args:
        outcomes: What each rule found.
        passed: Whether the whole check passed.
    """
    findings = _all(outcomes)
    return {
        "findings": [finding.to_dict() for finding in findings],
        "summary": {
            "passed": passed,
            "errors": _count(findings, Severity.ERROR),
            "warnings": _count(findings, Severity.WARNING),
            "rules": {outcome.rule: outcome.status.value for outcome in outcomes},
        },
    }


def show(outcomes: Sequence[Outcome], *, passed: bool) -> None:
    """Show one heading for each rule, what it found below, and a closing line.

    Args:
        outcomes: What each rule found.
        passed: Whether the whole check passed.
    """
    width = max(len(outcome.rule) for outcome in outcomes)
    for outcome in outcomes:
        mark, style = _STATUS_MARKS[outcome.status]
        messages.report(mark, f"{outcome.rule:<{width}}  {_heading(outcome)}", style)
        if outcome.status not in {Status.NOT_RUN, Status.SKIPPED}:
            for finding, following in zip_longest(outcome.findings, outcome.findings[1:]):
                is_said_below = following is not None and following.remedy == finding.remedy
                messages.report_finding(replace(finding, remedy=None) if is_said_below else finding, indent=4)
    findings = _all(outcomes)
    counts = [
        _plural(_count(findings, severity), word)
        for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
        if _count(findings, severity)
    ]
    messages.report("", "")
    if passed and not counts:
        messages.report("✔", "The project is ready. Serve it with `ao serve`.", "green")
    elif passed:
        messages.report("✔", f"The project can be served, with {counts[0]}.", "green")
    else:
        messages.report("✖", f"The project has {' and '.join(counts)}.", "bold red")


def show_rules(*, as_json: bool) -> None:
    """Show what each rule makes sure of."""
    rules = what_rules_make_sure()
    if as_json:
        messages.result_json([{"rule": name, "makes_sure": passed} for name, passed in rules.items()])
        return
    width = max(map(len, rules))
    for name, passed in rules.items():
        messages.result(f"{name:<{width}}  {passed}")


def _heading(outcome: Outcome) -> str:
    if not outcome.findings:
        return outcome.passed
    if outcome.status in {Status.NOT_RUN, Status.SKIPPED}:
        return outcome.findings[0].message
    counts = Counter(finding.severity for finding in outcome.findings)
    words = [_plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return ", ".join(words)


def _all(outcomes: Iterable[Outcome]) -> list[Finding]:
    return [finding for outcome in outcomes for finding in outcome.findings]


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
