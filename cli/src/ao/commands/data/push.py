"""`ao data push`: copies a dataset to another board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.data.push import DataPushRequest, run

from ao import messages
from ao.commands.data.options import Board, Json, Project, Version  # noqa: TC001  Typer reads them
from ao.presenting import presented

EPILOG = """
`ao data push sales --to s3://team/data`
"""


def push(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    *,
    to: Annotated[
        str,
        typer.Option("--to", metavar="ADDRESS", help="The other board: a folder or an address.", show_default=False),
    ],
    version: Version = None,
    board: Board = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Copy a dataset to another board: all versions, the oldest first, or one; those that are there stay."""
    request = DataPushRequest(folder=project or Path(), name=name, to=to, version=version, board=board)
    with presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    for stored in result.pushed:
        messages.success(f"{result.to} has the new version {stored.version} of `{stored.name}`.")
    if not result.pushed:
        messages.success(f"{result.to} has all of it already.")
