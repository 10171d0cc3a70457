"""`ao monitor baseline`: rows of the fit, to compare later rows with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.monitor.baseline import MonitorBaselineRequest, run

from ao import messages
from ao.commands.monitor.options import Json, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented

EPILOG = """
`ao monitor baseline cars.csv`  the rows that the model was fitted on, with the outcome in the one column more

`ao monitor baseline sales --target demand`  a dataset, of which the column `demand` is the outcome
"""


def baseline(
    data: Annotated[
        Path, typer.Argument(metavar="FILE", help="Rows of the fit: a CSV file, or a dataset.", show_default=False)
    ],
    *,
    target: Annotated[
        str | None, typer.Option("--target", metavar="COLUMN", help="The column of the outcome.", show_default=False)
    ] = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Store rows that the model was fitted on, with its predictions for them, to compare later rows with."""
    with presented() as events:
        kept = run(MonitorBaselineRequest(folder=project or Path(), data=data, target=target), events)
    if as_json:
        messages.result_json(kept.to_dict())
        return
    sample = "" if kept.kept == kept.facts["rows"] else f", drawn from {kept.facts['rows']}"
    messages.success(f"The baseline has {kept.kept} rows of {kept.facts['source']}{sample}.")
    if kept.facts["target"] is None:
        messages.note("It has no outcomes: name their column with --target, if the file has them.")
    messages.next_step("See how the model fares: ao monitor report")
