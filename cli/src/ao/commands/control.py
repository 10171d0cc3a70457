"""`ao control`: everything that `ao` does, over REST, for programs of this computer."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path
from typing import Annotated

import typer
from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_model_interface.codes import Code

from ao import messages
from ao.presenting import signals_interrupt

EPILOG = """
Every command of `ao` is an endpoint, and each request to it a job that is kept. It listens on this computer alone, and
answers who brings its token, which is in a file that only you can read.

`ao control projects`  keep all projects in the folder `projects`

`ao control projects --port 0`  on any free port
"""


def control(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder of all projects; by default the current one.")
    ] = None,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 takes any.")] = 8070,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="How many jobs run side by side.")] = 2,
    max_upload_mb: Annotated[
        int, typer.Option("--max-upload-mb", min=1, metavar="N", help="How large an uploaded file may be.")
    ] = 1024,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write a line of JSON to stdout when it is ready, for programs.")
    ] = False,
) -> None:
    """Let programs of this computer use all of AnOps over REST, until Ctrl-C.

    It prints the address, where the token is, and a line to try it.
    """
    from anops_control_service.server import serve  # noqa: PLC0415  FastAPI is slow to import
    from anops_control_service.settings import Settings  # noqa: PLC0415  the same

    root = (folder or Path()).resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(error, root) from error
    settings = Settings(root, jobs, max_upload_mb << 20)

    def ready(url: str) -> None:
        token = settings.own / "token"
        if as_json:
            messages.result_line({"event": "ready", "url": url, "root": str(root), "token_file": str(token)})
            return
        messages.success(f"The control service listens on {url}; its projects are in {root}")
        messages.note(f"Its token is in {token}, which only you can read.")
        shown = shlex.quote(str(token))
        messages.next_step(f'Try it: curl -H "Authorization: Bearer $(cat {shown})" {url}/v1/projects')
        messages.plain("  Ctrl-C stops it.")

    try:
        with signals_interrupt(), contextlib.suppress(KeyboardInterrupt):
            serve(settings, port, ready)
    except OSError as error:
        if error.filename is not None:  # of a port there is none
            raise unwritable(error, root) from error
        raise CommandError(
            f"Port {port} can't be used: {error.strerror}.",
            remedy="Choose another one, or let it take any: ao control --port 0",
            code=Code.PORT_UNUSABLE,
        ) from error
