"""`ao monitor forget`: what a log has of somebody goes for good."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.errors import CommandError
from anops_control.verbs.monitor.forget import MonitorForgetRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.commands.monitor.options import Json, Log, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented

EPILOG = """
`ao monitor forget --key customer=17`  all rows of customer 17, with their outcomes

`ao monitor forget --request 3f2a91bc5d0e4f17`  a request
"""


def forget(
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="COLUMN=VALUE",
            help="Whose: rows with this value; of several, all must match.",
            show_default=False,
        ),
    ] = None,
    request: Annotated[
        str | None, typer.Option("--request", metavar="ID", help="Of this request.", show_default=False)
    ] = None,
    log: Log = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Delete somebody's data from the prediction log, for good. The baseline is not changed."""
    with presented() as events:
        named: dict[str, str | float] | None = dict(_pair(each) for each in key) if key else None
        asked = MonitorForgetRequest(folder=project or Path(), key=named, request=request, log=log)
        found = run(asked, events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    gone = found.forgotten
    messages.success(f"Deleted {gone.rows} rows and {gone.outcomes} outcomes.")
    if found.rolled:
        messages.success(f"Deleted {found.rolled} rows of the files in .anops/predictions.")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise CommandError(
            f"`{text}` must be a column and its value, such as account=7.",
            remedy="Write --key COLUMN=VALUE.",
            code=Code.USAGE,
        )
    return name, value
