"""What goes wrong with what stands, as a person reads it; workspaces and deployments each have their own kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class StandingError(Exception):
    """What was asked of a workspace or an environment can't be done.

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


class BusyError(StandingError):
    """Somebody else is at work on it."""
