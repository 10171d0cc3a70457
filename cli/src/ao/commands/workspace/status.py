"""`ao workspace status`: how a workspace is."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.workspace.status import WorkspaceStatusRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.workspace.options import Json, Name  # noqa: TC001  Typer reads them
from ao.commands.workspace.showing import show_state


def status(name: Name, *, as_json: Json = False) -> ExitCode:
    """Show whether it is up, and how many workers it has now."""
    told = run(WorkspaceStatusRequest(folder=Path(), name=name), Events()).to_dict()
    if as_json:
        messages.result_json(told)
    else:
        show_state(told)
        if told["answers"]:
            messages.result(f"  {told['workers']} workers now; dashboard: {told['dashboard']}")
        elif told["state"] == "up":
            messages.warning("Its scheduler does not answer.", remedy=f"Take it down: ao workspace down {name}")
        else:
            messages.next_step(f"Bring it up: ao workspace up {name}")
    return ExitCode.OK if told["answers"] else ExitCode.PROBLEM
