"""`ao restore`: a project from its backup, on this computer or another."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads it
from typing import Annotated

import typer
from anops_control.verbs.restore import RestoreRequest, run

from ao import messages
from ao.presenting import presented

EPILOG = """
`ao restore cars.anops-backup --to cars`  into a new folder, on this computer or another

`ao restore cars.anops-backup --to cars --replace`  in place of what is there, which is kept beside it
"""


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder that it comes into.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of what is there, which is kept under another name.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Bring a project back from a backup, whole or not at all.

    Each file must be as it was kept. Paths that the stores have written down are those of the new folder afterwards.
    Nothing is started: environments say `gone`, and `ao deploy apply` starts them.
    """
    with presented() as events:
        found = run(RestoreRequest(folder=to, file=file, replace=replace), events)
    told = found.to_dict()
    if as_json:
        messages.result_json(told)
        return
    if told["kept"]:
        messages.note(f"What was there is in {told['kept']}.")
    messages.success(f"{told['files']} files of {told['made']} are in {told['folder']}.")
    messages.note("Where another AnOps made it: ao upgrade. See what ran: ao deploy status")
