"""Tells how a workspace is reached."""

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
class WorkspaceConnectRequest:
    """Which workspace."""

    folder: Path
    """The project's folder."""
    name: str
    """The workspace."""


def run(request: WorkspaceConnectRequest, events: Events) -> WorkspaceResult:
    """Tell the address of its scheduler, and the files by which a client may come in.

    Raises:
        CommandError: There is no such workspace, or it is not up.
    """
    del events
    with workspaces() as who:
        return WorkspaceResult({"name": request.name, **who.connection(home(), request.name)})


VERB = Verb("workspace connect", "Show how to connect to a workspace.", WorkspaceConnectRequest, run)
