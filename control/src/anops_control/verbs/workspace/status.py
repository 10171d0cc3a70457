"""Tells how a workspace is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import WorkspaceResult
from anops_control.workspaces.home import home
from anops_control.workspaces.port import workspaces

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceStatusRequest:
    """Which workspace."""

    folder: Path
    """The project's folder."""
    name: str
    """The workspace."""


def run(request: WorkspaceStatusRequest, events: Events) -> WorkspaceResult:
    """Tell whether it is up, and how many workers it has now.

    Raises:
        CommandError: There is no such workspace.
    """
    del events
    with workspaces() as who:
        return WorkspaceResult(who.status(home(), request.name))


VERB = Verb("workspace status", "Show the state of a workspace.", WorkspaceStatusRequest, run)
