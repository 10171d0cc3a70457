"""`ao model rollback`: an alias, and the version before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.model.rollback import ModelRollbackRequest, run

from ao import messages
from ao.presenting import presented


def rollback(
    address: Annotated[
        str, typer.Argument(metavar="MODEL", help="The model: NAME, or NAME@ALIAS where that is not champion.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write where it points to as JSON.")] = False,
) -> None:
    """Move an alias back to the previous version, without any gate; again, to the one before that.

    A service that follows the alias loads that version beside its own, and switches to it with no failed request.
    """
    with presented() as events:
        result = run(ModelRollbackRequest(folder=Path(), address=address), events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    before = "" if result.before is None else f"; it was version {result.before}"
    messages.success(f"{result.alias} of {result.model} is version {result.version} again{before}.")
