"""What a check finds, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The project can't be served as it is."""
    WARNING = "warning"
    """It can be served, and someone will be surprised."""
    NOTE = "note"
    """Worth knowing."""


class Removed:
    """Stands for no value."""

    def __repr__(self) -> str:
        """Say what it is."""
        return "REMOVED"


REMOVED = Removed()
"""The value of an edit that takes a key out."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of ao.toml that would fix something.

    Attributes:
        path: The tables and the key: ("model", "row_independent").
        value: What to write there; `REMOVED` takes the key out.
        comment: What to write behind it, where the line has no comment of the person's own; "" takes ours away.
    """

    path: tuple[str, ...]
    value: object
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in a project.

    Attributes:
        rule: The rule that found it, such as "configuration" or "tests".
        severity: How much it matters.
        message: What is so, in one sentence for a person.
        remedy: An imperative that says how to fix it, where we are sure.
        file: The file it is in, relative to the project's folder.
        line: The line, counted from 1.
        column: The character in the line, counted from 1.
        key: The key of ao.toml it is about, such as `service.port`.
        edits: What `ao check --fix` writes into ao.toml to fix it.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    edits: tuple[Edit, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, as `file:line:column`, as far as known."""
        parts = (self.file, self.line, self.column) if self.line else (self.file,)
        return ":".join(str(part) for part in parts if part is not None)

    def to_dict(self) -> dict[str, str | int | bool | None]:
        """Return the finding for JSON."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "message": self.message,
            "remedy": self.remedy,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "key": self.key,
            "fixable": bool(self.edits),
        }


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by file and position; those without a position come first."""
    return tuple(sorted(findings, key=lambda found: (found.file or "", found.line or 0, found.column or 0)))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Say whether one of the findings is an error."""
    return any(found.severity is Severity.ERROR for found in findings)
