"""`ao serve`: serves the project's model on this computer, over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.serve import ServeRequest, run
from anops_model_interface.errors import AnOpsError
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.presenting import signals_cancel
from ao.serving.announcing import Announcer

EPILOG = """
When ao.toml, the model or its code change, the model is loaded again. If that fails, a message says why,
and the previous model keeps answering.

`ao serve`  serve on the port of ao.toml, or the next free one

`ao serve --port 0`  serve on any free port

`ao serve models:/NAME@champion`  serve a version of the registry; where the alias moves, it follows

`ao key add dashboard`, then `ao serve --host 0.0.0.0`  let in other computers that have a key
"""


def serve(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="A version of the registry in place of the project's own files: models:/NAME@ALIAS, "
            "models:/NAME/VERSION or runs:/ID/model.",
            show_default=False,
        ),
    ] = None,
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
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 lets in other computers that have a key.")
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
            help="Origins whose web pages may send requests, such as https://app.example, separated by commas. By "
            "default as ao.toml says.",
            show_default=False,
        ),
    ] = None,
    keys_file: Annotated[
        Path | None,
        typer.Option(
            "--keys-file",
            metavar="FILE",
            help="Let in only those with one of these keys. By default those of keys.toml, which `ao key add` makes.",
            show_default=False,
        ),
    ] = None,
    allow_anyone: Annotated[bool, typer.Option("--allow-anyone", help="Let other computers in without keys.")] = False,
    hosts: Annotated[
        str,
        typer.Option(
            "--hosts",
            metavar="NAMES",
            help="Names under which it answers, besides addresses and localhost, separated by commas.",
            show_default=False,
        ),
    ] = "",
    https_certificate: Annotated[
        Path | None,
        typer.Option(
            "--https-certificate",
            metavar="FILE",
            help="Answer over HTTPS, with this certificate (PEM).",
            envvar="ANOPS_HTTPS_CERTIFICATE",
            show_default=False,
        ),
    ] = None,
    https_key: Annotated[
        Path | None,
        typer.Option(
            "--https-key",
            metavar="FILE",
            help="The private key of that certificate (PEM).",
            envvar="ANOPS_HTTPS_KEY",
            show_default=False,
        ),
    ] = None,
    series_store: Annotated[
        str | None,
        typer.Option(
            "--series-store",
            metavar="PLACE",
            help="Where observations of a time series are kept: a file of SQLite, or an address of PostgreSQL. By "
            "default a file in the project's folder.",
            envvar="ANOPS_SERIES_STORE",
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
    request = ServeRequest(
        folder=Path(),
        port=port,
        host=host,
        workers=workers,
        cors_origins=cors_origins,
        keys_file=keys_file,
        allow_anyone=allow_anyone,
        hosts=hosts,
        https_certificate=https_certificate,
        https_key=https_key,
        series_store=series_store,
        reload=not no_reload,
        model=model,
    )
    events = Events(Announcer(as_json=as_json).take)
    try:
        with signals_cancel(events):
            run(request, events)
    except AnOpsError as error:
        if as_json:
            messages.result_line({"event": "failed", "problem": json.loads(error.problem.to_bytes())})
        raise
    return ExitCode.OK
