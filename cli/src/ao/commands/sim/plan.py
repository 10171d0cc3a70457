"""`ao sim plan`: what a run of an experiment would do."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.sim.plan import SimPlanRequest, run
from rich.table import Table

from ao import messages
from ao.commands.sim.options import Json, Name, Project  # noqa: TC001  Typer reads them


def plan(name: Name, *, project: Project = None, as_json: Json = False) -> None:
    """Show what a run would do: parameter sets, replicates, and what is finished already."""
    told = run(SimPlanRequest(folder=project or Path(), name=name), Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    messages.result(
        f"{told['points']} parameter sets, {told['replicates']} replicates of each: {told['tasks']} runs of "
        f"{told['function']}; {told['finished']} are finished."
    )
    if told["most_tasks"] > told["tasks"]:
        messages.result(f"Its rule may ask for up to {told['most_tasks']}.")
    if told["first"]:
        table = Table(*told["first"][0], box=None)
        for each in told["first"]:
            table.add_row(*map(str, each.values()))
        messages.result_table(table)
    if told["points"] > len(told["first"]):
        messages.result(f"… and {told['points'] - len(told['first'])} more")
