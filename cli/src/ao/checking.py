"""Looks at a project rule by rule, for `ao check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ao.configuration import load
from ao.errors import CommandError, ConfigurationError
from ao.findings import Finding, Severity, has_errors, in_order
from ao.rules.registry import CONFIGURATION, rules_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from ao.configuration import Configuration
    from ao.rules.rule import Rule


class Status(StrEnum):
    """How a rule came out."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule found.

    Attributes:
        rule: The rule's name.
        status: How it came out.
        passed: What is so where nothing was found.
        findings: What was found, in the order of files and lines.
    """

    rule: str
    status: Status
    passed: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules a person wants.

    Attributes:
        only: Names of the rules to look at; empty means all.
        skip: Names of rules to leave out.
    """

    only: frozenset[str] = field(default_factory=frozenset)
    skip: frozenset[str] = field(default_factory=frozenset)

    def __contains__(self, name: object) -> bool:
        return (not self.only or name in self.only) and name not in self.skip


def check(folder: Path, choice: Choice, tell: Callable[[str], None]) -> list[Outcome]:
    """Look at a project.

    Args:
        folder: The project's folder.
        choice: Which rules to look at. The configuration is always read, since all others need it.
        tell: Called with what is being done.

    Returns:
        One outcome for each rule that was chosen, and for the configuration where it has faults.
    """
    tell("Reading ao.toml")
    passed = "ao.toml says all that it must."
    try:
        configuration = load(folder)
    except ConfigurationError as error:
        return [Outcome(CONFIGURATION, Status.FAILED, passed, error.findings), *_none_can_run(choice)]
    outcomes = [_outcome(CONFIGURATION, passed, configuration.findings)] if CONFIGURATION in choice else []
    for rule in rules_for(configuration.project.project.language):
        if rule.name in choice:
            outcomes.append(_look(rule, configuration, outcomes, tell))
    return outcomes


def _look(rule: Rule, configuration: Configuration, earlier: Iterable[Outcome], tell: Callable[[str], None]) -> Outcome:
    failed = [outcome.rule for outcome in earlier if outcome.status is Status.FAILED]
    in_the_way = [name for name in rule.after if name in failed]
    if in_the_way:
        return _not_run(rule, in_the_way[0])
    tell(rule.doing)
    try:
        return _outcome(rule.name, rule.passed, rule.look(configuration))
    except CommandError as error:
        message = " ".join([error.message, *error.details])
        finding = Finding(rule=rule.name, severity=Severity.ERROR, message=message, remedy=error.remedy)
        return _outcome(rule.name, rule.passed, [finding])


def _outcome(name: str, passed: str, findings: Iterable[Finding]) -> Outcome:
    found = in_order(findings)
    if has_errors(found):
        return Outcome(name, Status.FAILED, passed, found)
    warned = any(finding.severity is Severity.WARNING for finding in found)
    return Outcome(name, Status.WARNED if warned else Status.PASSED, passed, found)


def _none_can_run(choice: Choice) -> list[Outcome]:
    # Which language it is may not be known; the names of these rules are those of every language.
    return [_not_run(rule, CONFIGURATION) for rule in rules_for("python") if rule.name in choice]


def _not_run(rule: Rule, because: str) -> Outcome:
    note = Finding(rule=rule.name, severity=Severity.NOTE, message=f"Not run: mend `{because}` first.")
    return Outcome(rule.name, Status.NOT_RUN, rule.passed, (note,))
