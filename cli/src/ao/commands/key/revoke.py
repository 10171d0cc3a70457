"""`ao key revoke`: takes a key back."""

from __future__ import annotations

from typing import Annotated

import typer
from anops_control.access.keys import revoke_key

from ao import messages
from ao.access.own_keys import FileOption, file_of

EPILOG = """
To change a key without a gap: make another under a new name, hand it out, then revoke the old one.

`ao key revoke dashboard`  let the key `dashboard` no longer open anything
"""


def revoke(
    name: Annotated[str, typer.Argument(help="What the key is called.")],
    *,
    file: FileOption = None,
) -> None:
    """Take a key back: a service that runs refuses it within a second."""
    keys = file_of(file)
    revoke_key(keys, name)
    messages.success(f"The key `{name}` no longer opens anything.")
