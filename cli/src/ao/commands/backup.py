"""`ao backup`: everything that a project has, in one file."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import CancelledError
from anops_control.verbs.backup import BackupRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.presenting import presented, signals_cancel

EPILOG = """
`ao backup`  this project, into a file in it

`ao backup --to /mnt/safe/cars.anops-backup`  somewhere else: a disk that is gone takes the project with it

`ao backup /srv/projects --to FILE`  all projects of a control service, and its jobs
"""


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The project, by default the current folder.", show_default=False),
    ] = None,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The file that is written.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> ExitCode:
    """Keep everything that a project has in one file, while its services go on.

    That is its files and its stores: versions and runs, data, predictions and outcomes, series, experiments, schedules,
    what stands in environments, and jobs. Left out is what is made anew: environments of Python and R, and caches.
    """
    try:
        with presented() as events, signals_cancel(events):
            found = run(BackupRequest(folder=folder or Path(), to=to), events)
    except CancelledError:
        messages.plain("Stopped; no backup was made.")
        return ExitCode.INTERRUPTED
    told = found.to_dict()
    if as_json:
        messages.result_json(told)
        return ExitCode.OK
    for store, count in sorted(told["stores"].items()):
        messages.result(f"{store:<14}{count:>7} file{'s' if count > 1 else ''}")
    for each in (*told["elsewhere"], *told["skipped"]):
        messages.warning(f"Not in it: {each}.")
    messages.success(f"{found.file} has {found.size / 1e6:.1f} MB.")
    messages.note(f"Bring it back, here or elsewhere: ao restore {shlex.quote(str(found.file))} --to DIR")
    return ExitCode.OK
