"""What goes wrong with workspaces, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class WorkspaceError(Exception):
    """What was asked of a workspace can't be done.

    Attributes:
        message: What happened.
        details: Further facts.
        remedy: What mends it, where that is known.
    """

    def __init__(self, message: str, *, details: Sequence[str] = (), remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.remedy = remedy
