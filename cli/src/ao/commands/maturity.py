"""`ao maturity`: how far the operation of a model has come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.maturity import MaturityRequest, run

from ao import messages
from ao.presenting import presented


def maturity(
    *, as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")] = False
) -> None:
    """Show the level of MLOps maturity, 0 to 4, that the project has reached, and what is missing for the next.

    The levels are those of Azure's architecture guide. Each point is judged by what is found in the project: files,
    tracked runs, registered versions, environments and schedules.
    """
    with presented() as events:
        told = run(MaturityRequest(folder=Path()), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    messages.result(f"Level {told['level']}: {told['title']}")
    for each in told["points"]:
        if each["evidence"]:
            messages.result(f"  ✔ {each['level']}  {each['title']}: {each['evidence']}")
        else:
            messages.result(f"  ✖ {each['level']}  {each['title']}. Next: {each['command']}")
    for each in told["notes"]:
        messages.warning(f"Not looked at: {each}")
