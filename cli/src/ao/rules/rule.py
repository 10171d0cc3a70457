"""What every rule of `ao check` is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ao.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from anops_model_service.project import Language

    from ao.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: What a person calls it, as in `--only tests`.
        passed: What is so when nothing is found: "All tests pass."
        doing: What the command does meanwhile: "Running the tests".
        look: Looks at a project and returns what it found.
        after: Rules that must have found no error before.
        language: The language of the projects that it is for; None for all.
    """

    name: str
    passed: str
    doing: str
    look: Callable[[Configuration], Iterable[Finding]]
    after: tuple[str, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes the findings of one rule.

    Attributes:
        rule: The rule's name.
    """

    rule: str

    def error(
        self,
        message: str,
        *,
        remedy: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> Finding:
        """Return a finding that keeps the project from being served as it is."""
        return self.finding(Severity.ERROR, message, remedy=remedy, file=file, line=line, column=column)

    def warning(
        self,
        message: str,
        *,
        remedy: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> Finding:
        """Return a finding that someone will be surprised by."""
        return self.finding(Severity.WARNING, message, remedy=remedy, file=file, line=line, column=column)

    def finding(
        self,
        severity: Severity,
        message: str,
        *,
        remedy: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> Finding:
        """Return a finding of any severity."""
        return Finding(
            rule=self.rule,
            severity=severity,
            message=message,
            remedy=remedy,
            file=file,
            line=line,
            column=column,
        )
