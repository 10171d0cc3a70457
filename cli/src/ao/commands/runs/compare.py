"""`ao runs compare`: runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.runs.compare import RunsCompareRequest, run
from rich.table import Table

from ao import messages


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help="Their ids, or the starts of these.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Put runs side by side: the parameters that differ, and all metrics."""
    found = run(RunsCompareRequest(folder=Path(), runs=tuple(runs)), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    table = Table("", *(f"{each.name} ({each.id[:8]})" for each in found.runs), box=None)
    for name, texts in found.parameters.items():
        table.add_row(name, *("" if each is None else each for each in texts))
    for name, numbers in found.metrics.items():
        table.add_row(name, *(f"{each:.6g}" if isinstance(each, float | int) else each or "" for each in numbers))
    messages.result_table(table)
