"""`ao key list`: shows the keys of a service."""

from __future__ import annotations

from typing import Annotated

import typer
from anops_control.access.keys import keys_of
from rich.table import Table

from ao import messages
from ao.access.own_keys import FileOption, file_of


def list_(
    *,
    file: FileOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON, for programs.")] = False,
) -> None:
    """Show the keys that open the service of this project, and what each allows."""
    keys = keys_of(file_of(file))
    if as_json:
        messages.result_json(
            [
                {
                    "name": key.name,
                    "scopes": sorted(key.scopes),
                    "created": key.created and key.created.isoformat(),
                    "expires": key.expires and key.expires.isoformat(),
                    "expired": key.is_expired,
                    "per_second": key.per_second,
                }
                for key in keys
            ]
        )
        return
    table = Table("name", "allows", "made", "expires", "per second", box=None)
    for key in keys:
        expires = "never" if key.expires is None else f"{key.expires:%Y-%m-%d %H:%M}{' (expired)' * key.is_expired}"
        made = "" if key.created is None else f"{key.created:%Y-%m-%d}"
        rate = "" if key.per_second is None else f"{key.per_second:g}"
        table.add_row(key.name, ", ".join(sorted(key.scopes)), made, expires, rate)
    messages.result_table(table)
