"""`ao model demote`: takes an alias away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.demote import ModelDemoteRequest, run

from ao import messages


def demote(
    address: Annotated[str, typer.Argument(metavar="NAME@ALIAS", help="The alias of a model.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write what it pointed to as JSON.")] = False,
) -> None:
    """Remove an alias; the version stays, and a service that follows the alias keeps serving it."""
    result = run(ModelDemoteRequest(folder=Path(), address=address), Events())
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.success(f"{result.alias} of {result.model}, which was version {result.version}, is no more.")
