"""`ao key add`: makes a key that opens a service."""

from __future__ import annotations

from typing import Annotated

import typer
from anops_control.access.expiry import expiry_of
from anops_control.access.keys import add_key
from anops_http.access.scopes import Scope

from ao import messages
from ao.access.own_keys import FileOption, file_of

EPILOG = """
The key is written to stdout, once; the file keeps a hash of it alone. A service that runs takes it within a second.

`ao key add dashboard`  make a key that may ask for predictions and read about the model

`ao key add prometheus --scope metrics --expires 90d`  one that may read the figures, for 90 days

`ao key add trial --per-second 5`  one that may make five requests a second
"""


def add(
    name: Annotated[str, typer.Argument(help="What the key is called: who or what will use it.")],
    *,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            "--scope",
            "-s",
            help="What it allows; repeat it for several. By default predict and metadata.",
            show_default=False,
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires",
            metavar="WHEN",
            help="When it ends: after a time such as 12h, 90d or 4w, or at a day. By default never.",
            show_default=False,
        ),
    ] = None,
    per_second: Annotated[
        float | None,
        typer.Option(
            "--per-second",
            min=0.001,
            metavar="N",
            help="How many requests a second it may make on average. By default as many as it likes.",
            show_default=False,
        ),
    ] = None,
    file: FileOption = None,
) -> None:
    """Make a key that opens the service of this project."""
    keys = file_of(file)
    end = None if expires is None else expiry_of(expires)
    scopes = frozenset(scope or (Scope.PREDICT, Scope.METADATA))
    secret = add_key(keys, name, scopes, expires=end, per_second=per_second)
    ends = "" if end is None else f" until {end:%Y-%m-%d %H:%M} UTC"
    messages.success(f"The key `{name}` is in {keys}, for {', '.join(sorted(scopes))}{ends}.")
    messages.note("The key itself is shown once. Its user keeps it, and sends it, or sets ANOPS_KEY to it:")
    messages.result(secret)
