"""`ao model pull`: a version's project, in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.model.pull import ModelPullRequest, run

from ao import messages
from ao.presenting import presented, signals_interrupt


def pull(
    address: Annotated[
        str, typer.Argument(metavar="MODEL", help="The version: NAME, NAME@ALIAS, NAME/VERSION or runs:/ID/model.")
    ],
    *,
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A new folder; by default NAME-VERSION.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write where it is as JSON.")] = False,
) -> None:
    """Copy a version's project into a new folder; its files are compared with what was registered."""
    with signals_interrupt(), presented() as events:
        result = run(ModelPullRequest(folder=Path(), address=address, to=to), events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.success(f"Copied to {result.folder}.")
