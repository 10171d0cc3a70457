"""Lists the workspaces."""

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
class WorkspaceListRequest:
    """Nothing needs to be said."""

    folder: Path
    """The project's folder."""


def run(request: WorkspaceListRequest, events: Events) -> WorkspaceResult:
    """Tell which workspaces there are, and what state they are in.

    Raises:
        CommandError: Another version of AnOps brought one up.
    """
    del request, events
    with workspaces() as who:
        return WorkspaceResult({"workspaces": who.list(home())})


VERB = Verb("workspace list", "List the workspaces.", WorkspaceListRequest, run)
