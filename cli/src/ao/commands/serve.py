"""`ao serve`: serves the project's model on this computer, over HTTP."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import Annotated

import typer
from anops_control.configuration import load
from anops_control.events import Events
from anops_control.serving.local_service import LocalService
from anops_model_interface.codes import ExitCode
from anops_model_interface.errors import AnOpsError

from ao import messages
from ao.serving.announcing import announce

EPILOG = """
When ao.toml, the model or its code change, the model is loaded again. If that fails, a message says why,
and the previous model keeps answering.

`ao serve`  serve on the port of ao.toml, or the next free one

`ao serve --port 0`  serve on any free port

`ao serve --host 0.0.0.0`  let other computers in
"""


def serve(
    *,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            metavar="N",
            help="The port; 0 takes any. By default that of ao.toml.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 lets other computers in.")
    ] = "127.0.0.1",
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            metavar="N",
            help="How many processes predict side by side. By default as ao.toml says.",
            show_default=False,
        ),
    ] = None,
    cors_origins: Annotated[
        str | None,
        typer.Option(
            "--cors-origins",
            metavar="URLS",
            help="Origins whose web pages may ask, such as https://app.example, with commas between them. By default "
            "as ao.toml says.",
            show_default=False,
        ),
    ] = None,
    no_reload: Annotated[
        bool, typer.Option("--no-reload", help="Do not load the model again when files change.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write a line of JSON to stdout when it is ready, for programs.")
    ] = False,
) -> ExitCode:
    """Serve the model on this computer, over HTTP, until Ctrl-C.

    It prints the address, and a line to try it.
    """
    flags = {"port": port, "workers": workers, "cors_origins": cors_origins}
    configuration = load(flags=flags)
    service = LocalService(
        configuration, host, flags, Events(lambda event: announce(event, as_json=as_json)), reload=not no_reload
    )
    try:
        asyncio.run(_until_stopped(service))
    except AnOpsError as error:
        if as_json:
            messages.result_line({"event": "failed", "problem": json.loads(error.problem.to_bytes())})
        raise
    return ExitCode.OK


async def _until_stopped(service: LocalService) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _stop, service)
    await service.run()


def _stop(service: LocalService) -> None:
    if not service.is_stopping:
        messages.start_line()
    service.stop()
