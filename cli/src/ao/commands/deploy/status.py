"""`ao deploy status`: how environments are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.deploy.status import DeployStatusRequest, run

from ao import messages
from ao.commands.deploy.options import Json  # noqa: TC001  Typer reads it
from ao.commands.deploy.showing import show_state
from ao.presenting import presented


def status(
    environment: Annotated[
        str | None, typer.Argument(metavar="ENVIRONMENT", help="The environment; by default all.", show_default=False)
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show what runs, whether it answers, and what was changed by hand."""
    with presented() as events:
        told = run(DeployStatusRequest(folder=Path(), environment=environment), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for each in told["environments"]:
        show_state(each)
    if not told["environments"]:
        messages.note("ao.toml has no environment. Add one: [deployment.dev] with its `provider` and `model`.")
