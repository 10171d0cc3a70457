"""Takes a workspace down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import WorkspaceResult, doing
from anops_control.workspaces.home import home
from anops_control.workspaces.port import workspaces

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceDownRequest:
    """Which workspace."""

    folder: Path
    """The project's folder."""
    name: str
    """The workspace."""


def run(request: WorkspaceDownRequest, events: Events) -> WorkspaceResult:
    """Take a workspace down with all that was started for it, also what a crash has left.

    Raises:
        CommandError: There is no such workspace, or another `ao` is working on it.
    """
    with workspaces() as who:
        who.down(home(), request.name, doing(events))
    events.idle()
    return WorkspaceResult({"name": request.name, "state": "down"})


VERB = Verb("workspace down", "Stop and remove a workspace.", WorkspaceDownRequest, run)
