"""`ao workspace port-forward`: shows the dashboard of a workspace on a port of this computer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.events import EventKind, Events
from anops_control.verbs.workspace.port_forward import WorkspacePortForwardRequest, run

from ao import messages
from ao.commands.workspace.options import Json, Name  # noqa: TC001  Typer reads them
from ao.presenting import present, signals_cancel

if TYPE_CHECKING:
    from anops_control.events import Event


def port_forward(
    name: Name,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 takes any.")] = 8787,
    as_json: Json = False,
) -> None:
    """Show the dashboard on a port of this computer, until Ctrl-C."""

    def take(event: Event) -> None:
        if event.kind is not EventKind.STATE:
            present(event)
        elif as_json:
            messages.result_line(dict(event.facts))
        else:
            messages.success(f"The dashboard of `{name}`: {event.text}")

    events = Events(take)
    with signals_cancel(events):
        run(WorkspacePortForwardRequest(folder=Path(), name=name, port=port), events)
