"""`ao sim cancel`: ends a run of an experiment."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.sim.cancel import SimCancelRequest, run

from ao import messages
from ao.commands.sim.options import Json, Name, Project  # noqa: TC001  Typer reads them


def cancel(name: Name, *, project: Project = None, as_json: Json = False) -> None:
    """End a run, wherever it was started; what is finished is kept."""
    ended = run(SimCancelRequest(folder=project or Path(), name=name), Events())
    if as_json:
        messages.result_json(ended.to_dict())
    elif ended.was_running:
        messages.success(f"`{name}` ends. Go on with it: ao sim resume {name}")
    else:
        messages.note(f"`{name}` is not being run.")
