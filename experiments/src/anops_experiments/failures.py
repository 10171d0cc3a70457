"""What goes wrong: errors of whoever asks, and what is recorded of a task that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

FailureKind = Literal["error", "timeout", "memory", "died", "lost", "cancelled"]
"""How a task failed: by an error of the function, because it took too long or too much, because its process ended,
because the cluster was lost, or because it was wanted no more."""


class ExperimentError(Exception):
    """What was asked can't be done.

    Attributes:
        message: What happened.
        details: Further facts.
        remedy: What fixes it, where that is known.
    """

    def __init__(self, message: str, *, details: Sequence[str] = (), remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.message, self.details, self.remedy)


def _again(kind: type[ExperimentError], message: str, details: tuple[str, ...], remedy: str | None) -> ExperimentError:
    return kind(message, details=details, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no result.

    Attributes:
        kind: How it failed.
        message: What went wrong: the error's own text.
        where: The line of the person's code: "sir.py, line 12".
        trace: The traceback of Python, or the calls of R.
        there: Where the function itself is not there: those that are, as `sir.py:simulate`; else None.
    """

    kind: FailureKind
    message: str
    where: str | None = None
    trace: str | None = None
    there: tuple[str, ...] | None = None
