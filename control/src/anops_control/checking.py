"""Looks at a project rule by rule, for `ao check`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError

from anops_control.ahead import Ahead
from anops_control.budget import LimitError
from anops_control.configuration import load
from anops_control.errors import CommandError, ConfigurationError
from anops_control.findings import Finding, Severity, has_errors, in_order
from anops_control.rules.options import RULE as OPTIONS
from anops_control.rules.predictions import RULE as PREDICTIONS
from anops_control.rules.predictions import failure_finding
from anops_control.rules.registry import CONFIGURATION, CONFIGURATION_PASSED, NAMES, rules_for
from anops_control.rules.rule import Looked
from anops_control.rules.schema import RULE as SCHEMA
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.places.place import Place
    from anops_control.rules.rule import Rule


_LARGE_BYTES = 100_000_000
"""From which size of its file on a model is loaded by one process at a time: it may fill the memory."""
LOADS = PREDICTIONS.name
"""The rule that tells why a model can't be loaded."""


class Status(StrEnum):
    """How a rule came out."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_RUN = "not run"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule found.

    Attributes:
        rule: The rule's name.
        status: How it came out.
        passed: What is so where nothing was found.
        findings: What was found, in the order of files and lines.
        ended: Whether a limit ended it.
    """

    rule: str
    status: Status
    passed: str
    findings: tuple[Finding, ...] = ()
    ended: bool = False


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
        only = self.only | ({OPTIONS.name} if SCHEMA.name in self.only else set())  # they are part of the contract
        return (not only or name in only) and name not in self.skip


def check(folder: Path, choice: Choice, events: Events) -> list[Outcome]:
    """Look at a project.

    Args:
        folder: The project's folder.
        choice: Which rules to look at. The configuration is always read, since all others need it.
        events: Are told what is being done.

    Returns:
        One outcome for each rule that was chosen, and for the configuration where it has faults.
    """
    events.doing("Reading ao.toml")
    passed = CONFIGURATION_PASSED
    try:
        configuration = load(folder)
    except ConfigurationError as error:
        return [Outcome(CONFIGURATION, Status.FAILED, passed, error.findings), *_none_can_run(choice)]
    found = [*configuration.findings, *_unknown_names(configuration)]
    outcomes = [_outcome(CONFIGURATION, passed, found)] if CONFIGURATION in choice else []
    return _looked(configuration, choice, outcomes, events.doing)


def check_in(place: Place, configuration: Configuration, choice: Choice, tell: Callable[[str], None]) -> list[Outcome]:
    """Look at a project in another place than this machine.

    Args:
        place: Where its files are and programs run.
        configuration: The project's.
        choice: Which of the rules to look at that look in any place.
        tell: Is told what is being done.

    Returns:
        One outcome for each of these rules.
    """
    return _looked(configuration, choice, [], tell, place)


def _looked(
    configuration: Configuration,
    choice: Choice,
    outcomes: list[Outcome],
    tell: Callable[[str], None],
    place: Place | None = None,
) -> list[Outcome]:
    """Look at a project rule by rule, and return the outcomes with those that were there before."""
    rules = [r for r in rules_for(configuration.project.project.language, is_here=place is None) if r.name in choice]
    reasons = {r.name: None if r.name in choice.only else configuration.check.skip.get(r.name) for r in rules}
    waiting = [r for r in rules if r.ahead and reasons[r.name] is None] if _may_run_ahead(configuration, place) else []
    with Ahead() as ahead:
        for number, rule in enumerate(rules):
            to_come = {each.name for each in rules[number:]}
            if waiting and not any(to_come.intersection(each.after) for each in waiting):
                _begin(ahead, waiting, configuration, outcomes)
                waiting = []
            reason = reasons[rule.name]
            if reason is not None:
                outcomes.append(_skipped(rule, reason))
                continue
            if rule.ahead:
                ahead.wanted()
            outcomes.append(_inspect(rule, partial(_found, rule, configuration, place), outcomes, tell))
    return outcomes


def _may_run_ahead(configuration: Configuration, place: Place | None) -> bool:
    """Say whether the model may be loaded by several processes at once: on this machine, if it is not large."""
    artifact = configuration.project.artifact
    try:
        return place is None and artifact is not None and artifact.stat().st_size < _LARGE_BYTES
    except OSError:
        return False


def _begin(ahead: Ahead, rules: Sequence[Rule], configuration: Configuration, outcomes: Sequence[Outcome]) -> None:
    """Begin what these rules need, where no rule before them has failed."""
    failed = {outcome.rule for outcome in outcomes if outcome.status is Status.FAILED}
    finds = [rule.ahead for rule in rules if rule.ahead and failed.isdisjoint(rule.after)]
    ahead.begin([partial(find, configuration) for find in dict.fromkeys(finds)])


def _found(rule: Rule, configuration: Configuration, place: Place | None) -> Iterable[Finding] | Looked:
    inspect, within = rule.inspect, rule.within
    if place is None:
        return inspect(configuration) if inspect else ()
    return within(configuration, place) if within else ()


def _unknown_names(configuration: Configuration) -> Iterable[Finding]:
    for name in configuration.check.skip:
        if name not in NAMES:
            guess = nearest(name, NAMES)
            yield Finding(
                rule=CONFIGURATION,
                severity=Severity.WARNING,
                message=f"There is no rule `{name}` to leave out.",
                remedy=f"Did you mean `{guess}`?" if guess else "`ao check --list` lists the rules.",
                file="ao.toml",
                key=f"check.skip.{name}",
            )


def _inspect(
    rule: Rule,
    find: Callable[[], Iterable[Finding] | Looked],
    earlier: Sequence[Outcome],
    tell: Callable[[str], None],
) -> Outcome:
    failed = [outcome.rule for outcome in earlier if outcome.status is Status.FAILED]
    in_the_way = [name for name in rule.after if name in failed]
    if in_the_way:
        return _not_run(rule, _fix(in_the_way[0]))
    tell(rule.doing)
    try:
        found = find()
        looked = found if isinstance(found, Looked) else Looked(found, rule.passed)
        return _outcome(rule.name, looked.passed, looked.findings)
    except LimitError as error:
        if any(outcome.status is Status.FAILED and outcome.ended for outcome in earlier):
            return _not_run(rule, f"Not checked: the limit, {error.limit}, was reached first.")
        return replace(_outcome(rule.name, rule.passed, [failure_finding(rule.name, error)]), ended=True)
    except (AnOpsError, CommandError) as error:
        if LOADS in failed:
            return _not_run(rule, _fix(LOADS))  # one broken model is one error, not one for each rule that asks it
        return _outcome(rule.name, rule.passed, [failure_finding(rule.name, error)])


def _skipped(rule: Rule, reason: str) -> Outcome:
    note = Finding(rule=rule.name, severity=Severity.NOTE, message=f"Left out by ao.toml: {reason}")
    return Outcome(rule.name, Status.SKIPPED, rule.passed, (note,))


def _outcome(name: str, passed: str, findings: Iterable[Finding]) -> Outcome:
    found = in_order(findings)
    if has_errors(found):
        return Outcome(name, Status.FAILED, passed, found)
    warned = any(finding.severity is Severity.WARNING for finding in found)
    return Outcome(name, Status.WARNED if warned else Status.PASSED, passed, found)


def _none_can_run(choice: Choice) -> list[Outcome]:
    # Which language it is may not be known; the names of these rules are those of every language.
    return [_not_run(rule, _fix(CONFIGURATION)) for rule in rules_for("python") if rule.name in choice]


def _fix(name: str) -> str:
    return f"Not run: fix `{name}` first."


def _not_run(rule: Rule, because: str) -> Outcome:
    note = Finding(rule=rule.name, severity=Severity.NOTE, message=because)
    return Outcome(rule.name, Status.NOT_RUN, rule.passed, (note,))
