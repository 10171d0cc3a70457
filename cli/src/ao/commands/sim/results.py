"""`ao sim results`: writes what an experiment has found into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.sim.results import SimResultsRequest, run

from ao import messages
from ao.commands.sim.options import Json, Name, Project  # noqa: TC001  Typer reads them

EPILOG = """
`ao sim results sir`  write `.anops/experiments/sir/results.parquet`, and say so

`ao sim results sir --output sir.csv`  as CSV

`ao sim results sir --table course --output course.csv`  the data frames `course` of all runs
"""


def results(
    name: Name,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="The file: CSV by its ending, else Parquet.")
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="In a CSV file, numbers in hexadecimal, and \\N where a value is missing.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="A row for each parameter set, as `aggregate` made it, not for each run.")
    ] = False,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="OUTPUT", help="The rows of an output that is a data frame, not of the runs."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Write a row for each run into a file: its parameters, its outputs, how it ended."""
    request = SimResultsRequest(
        folder=project or Path(), name=name, output=output, exact=exact, summary=summary, table=table, force=force
    )
    told = run(request, Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    what = "results" if table is None else f"runs' `{table}`"
    messages.success(f"{told['results']} has {told['done']} {what} of `{name}`.")
    if told["failed"] or told["waiting"]:
        messages.note(f"{told['failed']} runs failed, {told['waiting']} wait: ao sim status {name}")
