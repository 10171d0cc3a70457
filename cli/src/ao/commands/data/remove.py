"""`ao data remove`: removes a dataset, or a version of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.data.remove import DataRemoveRequest, run

from ao import messages
from ao.commands.data.options import Board, Json, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented


def remove(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    *,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="VERSION", help="One version, or how it or its hash begins; by default all."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    board: Board = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Remove a dataset, or a version of it, for good."""
    request = DataRemoveRequest(folder=project or Path(), name=name, version=version, yes=yes, board=board)
    with presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    count = len(result.removed)
    messages.success(f"Removed {count} version{'' if count == 1 else 's'} of `{result.name}`; {result.kept} left.")
