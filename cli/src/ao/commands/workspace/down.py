"""`ao workspace down`: takes a workspace down."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import CancelledError
from anops_control.verbs.workspace.down import WorkspaceDownRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.workspace.options import Json, Name  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_cancel


def down(name: Name, *, as_json: Json = False) -> ExitCode:
    """Take a workspace down with all that was started for it, also what a crash has left."""
    try:
        with presented() as events, signals_cancel(events):
            told = run(WorkspaceDownRequest(folder=Path(), name=name), events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped; `{name}` is not down yet. Go on: ao workspace down {name}")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
    else:
        messages.success(f"`{name}` is down.")
    return ExitCode.OK
