"""Takes an extra out of the environment of `ao`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.extras.installing import uninstall
from anops_control.extras.known import extra
from anops_control.extras.state import removable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraRemoveRequest:
    """What is to be taken out."""

    name: str
    """The extra."""


@dataclass(frozen=True, slots=True)
class ExtraRemoveResult:
    """What was taken out.

    Attributes:
        name: The extra.
        removed: The distributions that are gone.
        kept: Those that stay, with who needs them.
    """

    name: str
    removed: list[str]
    kept: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "removed": self.removed, "kept": self.kept}


def run(request: ExtraRemoveRequest, events: Events) -> ExtraRemoveResult:
    """Take out what an extra brought and nothing else needs.

    Raises:
        CommandError: There is no such extra, it is not there, or all of it is needed by something else.
    """
    wanted = extra(request.name)
    goes, stays = removable(wanted)
    if not goes:
        needed = [f"`{name}` is needed by {owner}." for name, owner in stays.items()]
        message = (
            f"Nothing of the extra `{wanted.name}` can be removed."
            if stays
            else (f"The extra `{wanted.name}` is not installed.")
        )
        raise CommandError(message, details=needed, code=Code.USAGE)
    with telling(events):
        events.doing(f"Removing {', '.join(goes)}", lasting=True)
        uninstall(goes, events)
        events.idle()
    return ExtraRemoveResult(wanted.name, goes, stays)


VERB = Verb("extra remove", "Remove an extra from the environment of `ao`.", ExtraRemoveRequest, run)
