"""Shows what `ao check` found, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from anops_control.checking import Status
from anops_control.findings import Severity
from anops_control.rules.registry import what_rules_make_sure

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_control.checking import Outcome
    from anops_control.findings import Finding

_STATUS_MARKS = {
    Status.PASSED: ("✔", "green"),
    Status.WARNED: ("▲", "yellow"),
    Status.FAILED: ("✖", "bold red"),
    Status.NOT_RUN: ("•", "dim"),
    Status.SKIPPED: ("•", "dim"),
}
_URGENCY = {Status.FAILED: 0, Status.WARNED: 1}
"""What comes first; all others stay in the order of the rules."""
_SAID_AT_ONCE = frozenset({Status.NOT_RUN, Status.SKIPPED})
"""How a rule came out that has one finding, which is its heading."""


def show(outcomes: Sequence[Outcome], *, passed: bool, verbose: bool = False) -> None:
    """Show a line for each rule, those that matter most first, what they found below, and a closing line.

    Args:
        outcomes: What each rule found.
        passed: Whether the whole check passed.
        verbose: Whether all notes are shown; else those that `--fix` acts on, and the others are counted.
    """
    width = max(len(outcome.rule) for outcome in outcomes)
    told = [outcome for outcome in outcomes if outcome.status is not Status.NOT_RUN]
    for outcome in sorted(told, key=lambda outcome: _URGENCY.get(outcome.status, len(_URGENCY))):
        mark, style = _STATUS_MARKS[outcome.status]
        shown = _shown(outcome, verbose=verbose)
        messages.report(mark, f"{outcome.rule:<{width}}  {_heading(outcome, shown)}", style)
        for finding, following in zip_longest(shown, shown[1:]):
            is_said_below = following is not None and following.remedy == finding.remedy
            messages.report_finding(replace(finding, remedy=None) if is_said_below else finding, indent=4)
    waiting: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.status is Status.NOT_RUN:
            waiting.setdefault(outcome.findings[0].message, []).append(outcome.rule)
    for because, rules in waiting.items():
        messages.report("•", f"{', '.join(rules)}: {because[0].lower()}{because[1:]}", "dim")
    findings = _all(outcomes)
    counts = [
        _plural(_count(findings, severity), word)
        for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
        if _count(findings, severity)
    ]
    messages.report("", "")
    folded = 0 if verbose else sum(_notes(outcome) for outcome in outcomes)
    if folded:
        messages.report("•", f"{_plural(folded, 'note')}, worth knowing: ao check --verbose", "dim")
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


def _shown(outcome: Outcome, *, verbose: bool) -> list[Finding]:
    """Return the findings of a rule that are shown, those that matter most first."""
    if outcome.status in _SAID_AT_ONCE:
        return []
    order = list(Severity)
    found = sorted(outcome.findings, key=lambda finding: order.index(finding.severity))
    return [finding for finding in found if verbose or not _folded(finding)]


def _folded(finding: Finding) -> bool:
    """Say whether a finding is only counted: a note that `--fix` can't act on."""
    return finding.severity is Severity.NOTE and not finding.edits


def _notes(outcome: Outcome) -> int:
    return 0 if outcome.status in _SAID_AT_ONCE else sum(map(_folded, outcome.findings))


def _heading(outcome: Outcome, shown: Sequence[Finding]) -> str:
    if outcome.status in _SAID_AT_ONCE:
        return outcome.findings[0].message
    if not shown:
        notes = _notes(outcome)
        return f"{outcome.passed} ({_plural(notes, 'note')})" if notes else outcome.passed
    counts = Counter(finding.severity for finding in shown)
    words = [_plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return ", ".join(words)


def _all(outcomes: Iterable[Outcome]) -> list[Finding]:
    return [finding for outcome in outcomes for finding in outcome.findings]


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
