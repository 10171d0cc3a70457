"""`ao model remove`: a version, or a model with all its versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.remove import ModelRemoveRequest, run

from ao import messages


def remove(
    address: Annotated[str, typer.Argument(metavar="MODEL", help="The version: NAME/VERSION.")],
    *,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Remove the model NAME, with all its versions.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was removed as JSON.")] = False,
) -> None:
    """Remove a version that no alias points to, or a model with all its versions."""
    request = ModelRemoveRequest(folder=Path(), address=address, all_versions=all_versions)
    result = run(request, Events())
    if as_json:
        messages.result_json(result.to_dict())
        return
    numbers = ", ".join(str(number) for number in result.versions) or "none"
    messages.success(f"Removed from {result.model}: version {numbers}.")
