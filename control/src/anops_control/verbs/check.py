"""Checks a project: its configuration, its files, its code, its tests, and the model itself."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control.budget import limited
from anops_control.checking import Choice, Outcome, check, check_in
from anops_control.configuration import find_project, load
from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.findings import Severity
from anops_control.limits import Limits
from anops_control.places.known import HERE, opener
from anops_control.rules.registry import NAMES, names
from anops_control.suggestions import nearest
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_control.findings import Finding

SECONDS = 900.0
"""How long a whole check may take where nobody says how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is to be checked."""

    folder: Path
    """The project's folder."""
    only: frozenset[str] = frozenset()
    """Run these rules only."""
    skip: frozenset[str] = frozenset()
    """Leave out these rules."""
    strict: bool = False
    """Let warnings count as errors."""
    fix: bool = False
    """Write into ao.toml what fixes a finding."""
    accept_predictions: bool = False
    """First write the model's predictions for the reference rows into tests/reference.json."""
    data: Path | None = None
    """With accept_predictions: a CSV file whose rows become the reference rows."""
    encoding: str | None = None
    """The encoding of that file, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""
    place: str = "here"
    """Where it is checked: here, in the image that was built (docker), or in a place of an adapter."""
    max_seconds: float | None = None
    """How long the whole check may take; by default 900."""
    max_memory_gb: float | None = None
    """How much memory the model may take; by default three quarters of what is free."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was found.

    Attributes:
        outcomes: One for each rule that was chosen.
        passed: Whether the project is as it should be.
    """

    outcomes: tuple[Outcome, ...]
    passed: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        findings = [finding for outcome in self.outcomes for finding in outcome.findings]
        return {
            "findings": [finding.to_dict() for finding in findings],
            "summary": {
                "passed": self.passed,
                "errors": _count(findings, Severity.ERROR),
                "warnings": _count(findings, Severity.WARNING),
                "rules": {outcome.rule: outcome.status.value for outcome in self.outcomes},
            },
        }


def run(request: CheckRequest, events: Events) -> CheckResult:
    """Check a project.

    Raises:
        CommandError: There is no project, no such rule, or there are no rows to accept predictions of.
        AnOpsError: The predictions can't be accepted, since the model fails.
    """
    for name in sorted(request.only | request.skip):
        _require_rule(name, request.place)
    home = find_project(request.folder)
    if request.data is not None and not request.accept_predictions:
        raise CommandError(
            "--data names the rows that become reference rows, with the model's predictions of now.",
            remedy=f"Run: ao check {_typed(request)} --accept-predictions",
            code=Code.USAGE,
        )
    limits = Limits.of(request.max_seconds, request.max_memory_gb, default=SECONDS)
    if request.place != HERE:
        return _result(_elsewhere(request, home, limits, events), request)
    with telling(events):
        if request.accept_predictions:
            from anops_control.accepting import accept_predictions  # noqa: PLC0415  NumPy is slow to import

            asked = asked_of(request.encoding, request.separator, request.decimal)
            with limited(limits):
                events.success(accept_predictions(home, request.data, asked))
        with limited(limits):
            outcomes = check(home, Choice(request.only, request.skip), events)
        if request.fix:
            from anops_control.fixing import fix  # noqa: PLC0415  the same

            outcomes = fix(home, outcomes)
        events.idle()
    return _result(outcomes, request)


def _elsewhere(request: CheckRequest, home: Path, limits: Limits, events: Events) -> list[Outcome]:
    """Look at a project in another place."""
    if request.fix or request.accept_predictions:
        raise CommandError(
            "--fix and --accept-predictions take what the model does on this machine.",
            remedy="Leave out --place.",
            code=Code.USAGE,
        )
    open_place, configuration = opener(request.place), load(home)
    with (
        telling(events),
        open_place(configuration, events, limits) as place,
        limited(limits),
    ):
        return check_in(place, configuration, Choice(request.only, request.skip), events.step)


def _result(outcomes: Sequence[Outcome], request: CheckRequest) -> CheckResult:
    worst = {Severity.ERROR, Severity.WARNING} if request.strict else {Severity.ERROR}
    passed = not any(finding.severity in worst for outcome in outcomes for finding in outcome.findings)
    return CheckResult(tuple(outcomes), passed)


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _typed(request: CheckRequest) -> str:
    """Return the flags that say what to read, as a person types them."""
    flags = {
        "--data": str(request.data),
        "--encoding": request.encoding,
        "--separator": request.separator,
        "--decimal": request.decimal,
    }
    return shlex.join([word for flag, value in flags.items() if value is not None for word in (flag, value)])


def _require_rule(name: str, place: str) -> None:
    if name in names(is_here=place == HERE):
        return
    if name in NAMES:
        raise CommandError(
            f"The rule `{name}` looks "
            + ("at a project's image, not at this machine." if place == HERE else "at this machine alone."),
            remedy="Look there: ao check --place docker" if place == HERE else "Leave out --place.",
            code=Code.USAGE,
        )
    guess = nearest(name, NAMES)
    raise CommandError(
        f"There is no rule `{name}`.",
        remedy=f"Did you mean `{guess}`?" if guess else "List them: ao check --list",
        code=Code.USAGE,
    )


VERB = Verb("check", "Check a project: its configuration, files, code, tests, and the model itself.", CheckRequest, run)
