"""Brings a workspace up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.verbs.verb import Verb
from anops_control.verbs.workspace.facts import WorkspaceResult, doing
from anops_control.workspaces.home import home
from anops_control.workspaces.port import workspaces

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceUpRequest:
    """What is brought up, and where."""

    folder: Path
    """The project's folder."""
    name: str
    """What it is called."""
    provider: str | None = None
    """Where it runs: the name of a file in `providers` of the project or of the person, or the file itself; by default
    `local`, and for one that was lost where it was, with as many workers."""
    min_workers: int | None = None
    """How many workers there are at least; by default 1."""
    max_workers: int | None = None
    """How many at most, as there is work; by default as many as at least."""
    dry_run: bool = False
    """Only show what each stage makes: spec, intermediate representation, the provider's own form."""


def run(request: WorkspaceUpRequest, events: Events) -> WorkspaceResult:
    """Bring a workspace up; one that is up as it is asked for stays as it is.

    Raises:
        CommandError: The provider can't be used, another `ao` is working on it, or it did not start.
        CancelledError: It was wanted no more; nothing of it is left.
    """
    with workspaces() as who:
        asked: dict[str, Any] = {
            "home": home(), "folder": request.folder.resolve(), "least": request.min_workers,
            "most": request.max_workers,
        }  # fmt: skip
        if request.dry_run:
            return WorkspaceResult(who.plan(request.name, provider=request.provider or "local", **asked))
        told = who.up(request.name, provider=request.provider, **asked, doing=doing(events))
    events.idle()
    return WorkspaceResult(told)


VERB = Verb("workspace up", "Bring a workspace up: a cluster for experiments.", WorkspaceUpRequest, run)
