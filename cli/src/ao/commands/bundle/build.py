"""`ao bundle build`: what a bundle of the project holds, and its digest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.bundle.build import BundleBuildRequest, run

from ao import messages
from ao.commands.bundle.options import Include, Json, Project, show
from ao.presenting import presented

EPILOG = """
A bundle holds the code in R and Python, ao.toml, the files that experiments and calibrations name, and what says which
packages they need: requirements.txt, DESCRIPTION, renv.lock. The same content has the same digest, whoever bundles it.

`ao bundle build`  list what goes in, with its digest

`ao bundle build --include PATTERN --output outbreak.tar`  with further files, into a file
"""


def build(
    *,
    include: Include = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write its archive into this file, a tar.")
    ] = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Bundle the code and data of the experiments."""
    with presented() as events:
        made = run(BundleBuildRequest(folder=project or Path(), include=tuple(include or ()), file=output), events)
    if as_json:
        messages.result_json(made.to_dict())
        return
    show(made.entries)
    messages.success(f"{len(made.entries)} files, {made.digest}.")
    messages.next_step("ao bundle push oras://HOST/NAME:TAG")
