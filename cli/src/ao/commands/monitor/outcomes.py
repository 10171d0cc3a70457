"""`ao monitor outcomes`: what came true of predictions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.monitor.outcomes import MonitorOutcomesRequest, run

from ao import messages
from ao.commands.monitor.options import Json, Log, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented

EPILOG = """
`ao monitor outcomes outcomes.csv`  lines of `request_id`, `row` (from 1) and `outcome`

`ao monitor outcomes sales.csv --outcome demand --time date`  by a key: the other columns, such as `store`, say of whom.
It is the outcome of the last prediction of that key before that time.
"""


def outcomes(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file.", show_default=False)],
    *,
    outcome: Annotated[str, typer.Option("--outcome", metavar="COLUMN", help="What came true.")] = "outcome",
    time: Annotated[str, typer.Option("--time", metavar="COLUMN", help="When.")] = "time",
    log: Log = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Store the observed outcomes of predictions, beside them; an outcome sent twice is stored once."""
    request = MonitorOutcomesRequest(folder=project or Path(), file=file, outcome=outcome, time=time, log=log)
    with presented() as events:
        told = run(request, events)
    if as_json:
        messages.result_json(told.to_dict())
        return
    taken = told.taken
    new = "1 outcome is new" if taken.new == 1 else f"{taken.new} outcomes are new"
    known = "1 was known" if taken.same == 1 else f"{taken.same} were known"
    messages.success(f"{new}, {taken.changed} changed, {known}.")
    if told.empty:
        messages.note("1 line has no outcome yet." if told.empty == 1 else f"{told.empty} lines have no outcome yet.")
    if taken.unknown:
        of, kept = ("1 is", "It is") if taken.unknown == 1 else (f"{taken.unknown} are", "They are")
        messages.warning(f"{of} of no prediction in the log: {', '.join(taken.examples)}. {kept} kept all the same.")
