"""`ao bundle pull`: a bundle becomes a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.bundle.pull import BundlePullRequest, run

from ao import messages
from ao.commands.bundle.options import Address, Json  # noqa: TC001  Typer reads them
from ao.presenting import presented


def pull(
    address: Address,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="The folder that is made.")],
    as_json: Json = False,
) -> None:
    """Take a bundle out of a registry, to look at its code or to change it."""
    with presented() as events:
        made = run(BundlePullRequest(folder=Path(), address=address, to=to), events)
    if as_json:
        messages.result_json(made.to_dict())
        return
    messages.success(f"{made.files} files of {made.address} are in {made.folder}.")
