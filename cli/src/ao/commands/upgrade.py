"""`ao upgrade`: what an earlier AnOps has kept, in the forms of this one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.upgrade import UpgradeRequest, run

from ao import messages
from ao.presenting import presented

EPILOG = """
`ao upgrade`  the stores of this project; they are kept in a backup first

`ao upgrade /srv/projects`  those of all projects of a control service
"""


def upgrade(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The project, by default the current folder.", show_default=False),
    ] = None,
    *,
    backup: Annotated[
        bool, typer.Option("--backup/--no-backup", help="Keep everything as it was in a backup first, or do not.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Bring what an earlier AnOps has kept up to date: predictions, versions and runs, environments."""
    with presented() as events:
        found = run(UpgradeRequest(folder=folder or Path(), backup=backup), events)
    told = found.to_dict()
    if as_json:
        messages.result_json(told)
        return
    for each in told["stores"]:
        form = f"form {each['was']} → {each['now']}" if each["was"] != each["now"] else f"form {each['now']}"
        messages.result(f"{each['store']:<14}{form:<32}{each['file']}")
    if not told["stores"]:
        messages.note("There is nothing that AnOps keeps here.")
        return
    if told["backup"]:
        messages.note(f"As it was before: {told['backup']}")
    messages.success("All stores have the forms of this AnOps.")
