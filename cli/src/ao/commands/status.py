"""`ao status`: how a running service is."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.verbs.status import StatusRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.looking.options import (
    CaFileOption,
    KeyFileOption,
    UrlOption,
    key_in,
)
from ao.looking.status_table import lines_of
from ao.presenting import presented

if TYPE_CHECKING:
    from anops_control.looking.figures import Samples
    from anops_control.verbs.status import StatusResult

EPILOG = """
`ao status`  look once

`ao status --watch`  look every two seconds, until Ctrl-C

`ao status --url https://models.example.org --key-file key.txt`  a service elsewhere; the key needs the scope `metrics`
"""


def status(
    *,
    url: UrlOption = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again and again, until Ctrl-C.")] = False,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.2, max=3600, help="How often, with --watch.")
    ] = 2.0,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON; with --watch, lines.")] = False,
) -> None:
    """Show how a running service is: ready, requests, times, failures, workers, and what its rows are like."""
    request = StatusRequest(folder=Path(), url=url, key=key_in(key_file), ca_file=ca_file)
    if watch:
        _watched(request, every, as_json=as_json)
        return
    with presented() as events:
        found = run(request, events)
    if as_json:
        messages.result_json(found.to_dict())
    else:
        messages.result("\n".join(lines_of(found)))


def _watched(request: StatusRequest, every: float, *, as_json: bool) -> None:
    before: Samples | None = None
    looked = 0.0
    last: StatusResult | None = None
    with suppress(KeyboardInterrupt), messages.live() as show:
        while True:
            now = time.monotonic()
            try:
                last = found = run(request, Events(), before, now - looked)
                before, looked = found.samples, now
            except CommandError as error:
                # a service that is restarted or replaced is away for a moment; one that was never there is not
                if last is None or error.code is not Code.SERVICE_UNREACHABLE:
                    raise
                found, before = replace(last, problem=f"{error.message} It is looked for again.", models=[]), None
            if as_json:
                messages.result_line(found.to_dict())
            else:
                show("\n".join(lines_of(found)))
            time.sleep(every)
