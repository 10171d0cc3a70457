"""What every rule of `ao check` is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

from anops_control.findings import Edit, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from anops_project.sections.project import Language

    from anops_control.configuration import Configuration
    from anops_control.places.place import Place


@dataclass(frozen=True, slots=True)
class Looked:
    """What a rule found that says by itself what is so where that is nothing.

    Attributes:
        findings: What it found.
        passed: What is so: "The tests run 83 % of the code."
    """

    findings: Iterable[Finding]
    passed: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: What a person calls it, as in `--only tests`.
        passed: What is so when nothing is found: "All tests pass."
        doing: What the command does meanwhile: "Running the tests".
        inspect: Looks at a project on this machine and returns what it found; None where it looks elsewhere alone.
        within: Looks at it in any other place; None where it looks at this machine alone.
        after: Rules that must have found no error before.
        ahead: Begins what takes long of it; called on another thread as soon as these have found none.
        language: The language of the projects that it is for; None for all.
    """

    name: str
    passed: str
    doing: str
    inspect: Callable[[Configuration], Iterable[Finding]] | None
    within: Callable[[Configuration, Place], Iterable[Finding] | Looked] | None = None
    after: tuple[str, ...] = ()
    ahead: Callable[[Configuration], None] | None = None
    language: Language | None = None


def on_this_machine(
    within: Callable[[Configuration, Place], Iterable[Finding]],
) -> Callable[[Configuration], Iterator[Finding]]:
    """Return how a rule that looks in any place looks at a project on this machine."""

    def inspect(configuration: Configuration) -> Iterator[Finding]:
        from anops_control.places.here import here  # noqa: PLC0415  the list of rules alone needs no place

        with here(configuration.project) as place:
            yield from within(configuration, place)

    return inspect


class FindingPlace(TypedDict, total=False):
    """Where a finding is; see `Finding`."""

    file: str | None
    line: int | None
    column: int | None
    key: str | None


class Details(FindingPlace, total=False):
    """What a finding may have beside its message; see `Finding`."""

    remedy: str | None
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes the findings of one rule.

    Attributes:
        rule: The rule's name.
    """

    rule: str

    def error(self, message: str, **details: Unpack[Details]) -> Finding:
        """Return a finding that keeps the project from being served as it is."""
        return self.finding(Severity.ERROR, message, **details)

    def warning(self, message: str, **details: Unpack[Details]) -> Finding:
        """Return a finding that someone will be surprised by."""
        return self.finding(Severity.WARNING, message, **details)

    def note(self, message: str, **details: Unpack[Details]) -> Finding:
        """Return a finding that is worth knowing."""
        return self.finding(Severity.NOTE, message, **details)

    def finding(self, severity: Severity, message: str, **details: Unpack[Details]) -> Finding:
        """Return a finding of any severity."""
        return Finding(rule=self.rule, severity=severity, message=message, **details)
