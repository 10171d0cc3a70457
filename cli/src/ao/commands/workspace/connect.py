"""`ao workspace connect`: how a workspace is reached."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.workspace.connect import WorkspaceConnectRequest, run

from ao import messages
from ao.commands.workspace.options import Json, Name  # noqa: TC001  Typer reads them


def connect(name: Name, *, as_json: Json = False) -> None:
    """Show the address of its scheduler, and the files with which a Dask client connects."""
    told = run(WorkspaceConnectRequest(folder=Path(), name=name), Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for key in ("address", "certificate", "key", "dashboard"):
        messages.result(f"{key}: {told[key]}")
