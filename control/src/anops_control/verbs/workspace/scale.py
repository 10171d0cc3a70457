"""Changes how many workers a workspace has."""

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
class WorkspaceScaleRequest:
    """Which workspace, and how many workers."""

    folder: Path
    """The project's folder."""
    name: str
    """The workspace."""
    min_workers: int | None = None
    """How many workers there are at least; by default as before."""
    max_workers: int | None = None
    """How many at most; by default as before."""


def run(request: WorkspaceScaleRequest, events: Events) -> WorkspaceResult:
    """Change how many workers there may be; those that are at work finish what they do.

    Raises:
        CommandError: There is no such workspace, or it is not up.
    """
    del events
    with workspaces() as who:
        return WorkspaceResult(who.scale(home(), request.name, request.min_workers, request.max_workers))


VERB = Verb("workspace scale", "Change how many workers a workspace has.", WorkspaceScaleRequest, run)
