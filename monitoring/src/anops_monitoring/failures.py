"""The one exception of this package: what a person must know, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class MonitoringError(Exception):
    """Something can't be looked at.

    Attributes:
        message: What happened.
        details: Further facts.
        remedy: What to do.
    """

    def __init__(self, message: str, *, details: Sequence[str] = (), remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.remedy = remedy
