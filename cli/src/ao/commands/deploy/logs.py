"""`ao deploy logs`: what the services of an environment have said last."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.deploy.logs import DeployLogsRequest, run

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.presenting import presented


def logs(
    environment: Environment,
    *,
    lines: Annotated[int, typer.Option("--lines", min=1, metavar="N", help="How many lines at most.")] = 100,
    as_json: Json = False,
) -> None:
    """Show the latest log lines of an environment's services."""
    with presented() as events:
        told = run(DeployLogsRequest(folder=Path(), environment=environment, lines=lines), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for each in told["lines"]:
        messages.printed(each)
