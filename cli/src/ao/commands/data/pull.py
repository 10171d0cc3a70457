"""`ao data pull`: writes a version of a dataset into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.verbs.data.pull import DataPullRequest, run

from ao import messages
from ao.commands.data.options import Board, Json, Project, Version  # noqa: TC001  Typer reads them
from ao.presenting import presented

EPILOG = """
`ao data pull sales`  the latest version, as it is kept

`ao data pull sales --as rds --output sales.rds`  for `readRDS()`, with all types and missing values
"""


def pull(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    *,
    version: Version = None,
    form: Annotated[
        Literal["csv", "parquet", "arrow", "rds"] | None,
        typer.Option("--as", help="How the file is written; by default as it is kept."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="The file, or its folder; by default here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    board: Board = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Write a version of a dataset into a file: the rows that were added, or nothing."""
    request = DataPullRequest(
        folder=project or Path(),
        name=name,
        version=version,
        form=form,
        output=output or Path(),
        force=force,
        board=board,
    )
    with presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.success(f"{result.output} is version {result.stored.version} of `{result.stored.name}`.")
