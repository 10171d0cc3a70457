"""`ao workspace scale`: changes how many workers a workspace has."""

from __future__ import annotations

from pathlib import Path

from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.verbs.workspace.scale import WorkspaceScaleRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.commands.workspace.options import Json, Least, Most, Name  # noqa: TC001  Typer reads them
from ao.commands.workspace.showing import workers_text


def scale(name: Name, *, min_workers: Least = None, max_workers: Most = None, as_json: Json = False) -> None:
    """Change how many workers there may be; those that are at work finish what they do."""
    if min_workers is None and max_workers is None:
        raise CommandError(
            "`ao workspace scale` must be told how many workers.",
            remedy="Say --min-workers N, --max-workers N, or both.",
            code=Code.USAGE,
        )
    request = WorkspaceScaleRequest(folder=Path(), name=name, min_workers=min_workers, max_workers=max_workers)
    told = run(request, Events()).to_dict()
    if as_json:
        messages.result_json(told)
    else:
        messages.success(f"`{name}` has {workers_text(told)} from now on.")
