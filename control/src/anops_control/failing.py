"""Failures as events: what a person reads, and what a program gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.errors import CommandError, ConfigurationError
from anops_control.events import Event, EventKind

if TYPE_CHECKING:
    from anops_model_interface.errors import AnOpsError, Problem


def event_of(error: AnOpsError | ConfigurationError | CommandError) -> Event:
    """Return a failure as an event."""
    if isinstance(error, ConfigurationError):
        text = "ao.toml can't be used." if len(error.findings) != 1 else error.findings[0].message
        return Event(kind=EventKind.ERROR, text=text, findings=error.findings, code=error.code)
    if isinstance(error, CommandError):
        return Event(
            kind=EventKind.ERROR, text=error.message, details=error.details, remedy=error.remedy, code=error.code
        )
    return event_of_problem(error.problem)


def event_of_problem(problem: Problem) -> Event:
    """Return a problem of a model or a request as an event."""
    details = [fault.message for fault in problem.further_faults]
    if problem.more:
        details.append(f"… and {problem.more} more.")
    if problem.call:
        details.append(f"It failed in: {problem.call}")
    return Event(kind=EventKind.ERROR, text=problem.message, details=details, remedy=problem.remedy, code=problem.code)
