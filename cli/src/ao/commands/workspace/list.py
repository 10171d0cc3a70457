"""`ao workspace list`: the workspaces."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.workspace.list import WorkspaceListRequest, run

from ao import messages
from ao.commands.workspace.options import Json  # noqa: TC001  Typer reads it
from ao.commands.workspace.showing import show_state


def list_(*, as_json: Json = False) -> None:
    """List the workspaces, and what state they are in."""
    told = run(WorkspaceListRequest(folder=Path()), Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for each in told["workspaces"]:
        show_state(each)
    if not told["workspaces"]:
        messages.note("There is no workspace. Bring one up: ao workspace up dev")
