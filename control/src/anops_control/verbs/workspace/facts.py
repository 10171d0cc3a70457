"""What the verbs about workspaces return: facts, as who brings them up tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_control.events import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_control.events import Events


@dataclass(frozen=True, slots=True)
class WorkspaceResult:
    """What is known of a workspace.

    Attributes:
        told: The facts.
    """

    told: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.told


def doing(events: Events) -> Callable[[str], None]:
    """Return who is told what is being done, and ends it where it is wanted no more."""

    def tell(text: str) -> None:
        if events.is_cancelled:
            raise CancelledError
        events.doing(text)

    return tell
