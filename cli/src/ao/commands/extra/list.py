"""`ao extra list`: what can be added to `ao`, and what is there."""

from __future__ import annotations

from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.extra.list import ExtraListRequest, run
from rich.table import Table

from ao import messages


def list_(
    *, as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON, for programs.")] = False
) -> None:
    """List the extras of `ao`, and the adapters of others that are installed beside it."""
    found = run(ExtraListRequest(), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    table = Table("extra", "installed", "brings", box=None)
    for extra in found.extras:
        table.add_row(extra.name, "yes" if extra.is_installed else "no", extra.brings)
    messages.result_table(table)
    for adapter in found.adapters:
        offers = ", ".join(f"{group} {', '.join(names)}" for group, names in adapter.offers.items())
        messages.result(f"Installed beside `ao`: {adapter.distribution} {adapter.version} ({offers})")
    missing = next((extra.name for extra in found.extras if not extra.is_installed), None)
    if missing is not None:
        messages.next_step(f"ao extra add {missing}")
