"""Lets the pages of a workspace be reached on a port."""

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
class WorkspacePortForwardRequest:
    """Which workspace, and where."""

    folder: Path
    """The project's folder."""
    name: str
    """The workspace."""
    port: int = 8787
    """The port of this computer; 0 takes any."""


def run(request: WorkspacePortForwardRequest, events: Events) -> WorkspaceResult:
    """Let the dashboard be reached on a port until `events.cancel()`; when it can be, a state tells its URL.

    Raises:
        CommandError: There is no such workspace, it is not up, or the port is in use.
    """

    def ready(url: str) -> None:
        events.state({"event": "ready", "url": url}, text=url)

    with workspaces() as who, events.on_cancel(lambda: None):
        who.forward(home(), request.name, request.port, ready, lambda: events.is_cancelled)
    return WorkspaceResult({"event": "stopped"})


VERB = Verb("workspace port-forward", "Open the dashboard of a workspace on a port of this computer.",
            WorkspacePortForwardRequest, run)  # fmt: skip
