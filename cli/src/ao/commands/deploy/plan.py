"""`ao deploy plan`: what would change in an environment."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.deploy.plan import DeployPlanRequest, run

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.commands.deploy.showing import show_plan
from ao.presenting import presented


def plan(environment: Environment, *, as_json: Json = False) -> None:
    """Show what would change in an environment, and what was changed in it by hand; nothing is done."""
    with presented() as events:
        told = run(DeployPlanRequest(folder=Path(), environment=environment), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    show_plan(told)
    if told["action"] != "nothing":
        messages.note(f"Nothing was done. Do just that: ao deploy apply {environment} --plan {told['plan']}")
