"""`ao extra remove`: takes something out of `ao` again."""

from __future__ import annotations

from typing import Annotated

import typer
from anops_control.verbs.extra.remove import ExtraRemoveRequest, run

from ao import messages
from ao.presenting import presented


def remove(
    name: Annotated[str, typer.Argument(help="The extra.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was removed as JSON.")] = False,
) -> None:
    """Take an extra out of the environment of `ao`; what something else needs stays."""
    with presented() as events:
        result = run(ExtraRemoveRequest(name=name), events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.success(f"Removed {', '.join(result.removed)}.")
    for kept, owner in result.kept.items():
        messages.note(f"{kept} stays: {owner} needs it.")
