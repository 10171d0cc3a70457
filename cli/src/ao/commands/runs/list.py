"""`ao runs list`: the runs of the project."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.runs.list import RunsListRequest, run
from rich.table import Table

from ao import messages

_SYSTEM = "system/"


def list_(
    *,
    most: Annotated[int, typer.Option("--most", "-n", min=1, metavar="N", help="How many, the newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON, for programs.")] = False,
) -> None:
    """List the runs of the project, the newest first: each `ao train`, and each `ao run --track`."""
    found = run(RunsListRequest(folder=Path(), most=most), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    if not found.runs:
        messages.note(f"There is no run yet in {found.where}.")
        return
    table = Table("id", "run", "status", "started", "took", "metrics", box=None)
    for each in found.runs:
        took = "" if each.ended is None else f"{(each.ended - each.started) / 1000:.1f} s"
        metrics = {name: value for name, value in sorted(each.metrics.items()) if not name.startswith(_SYSTEM)}
        table.add_row(
            each.id[:8],
            each.name,
            each.status.lower(),
            f"{datetime.fromtimestamp(each.started / 1000).astimezone():%Y-%m-%d %H:%M}",
            took,
            ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()),
        )
    messages.result_table(table)
