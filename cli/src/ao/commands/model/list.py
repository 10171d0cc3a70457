"""`ao model list`: the models of the registry, or the versions of one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.list import ModelListRequest, run
from rich.table import Table

from ao import messages


def list_(
    model: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A model, whose versions are listed.", show_default=False)
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON, for programs.")] = False,
) -> None:
    """List the models of the registry, or the versions of one, the newest first."""
    found = run(ModelListRequest(folder=Path(), model=model), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    if not found.models:
        messages.note(f"No model is registered yet in {found.where}.")
        messages.next_step("ao model register")
        return
    if model is None:
        table = Table("model", "aliases", "description", box=None)
        for each in found.models:
            aliases = ", ".join(f"{alias} → {number}" for alias, number in sorted(each.aliases.items()))
            table.add_row(each.name, aliases, each.description)
    else:
        table = Table("version", "aliases", "registered", "language", "project", "digest", "description", box=None)
        for version in found.versions:
            tags = version.tags
            table.add_row(
                str(version.number),
                ", ".join(version.aliases),
                f"{datetime.fromtimestamp(version.created / 1000, UTC):%Y-%m-%d %H:%M}",
                tags.get("anops.language", ""),
                tags.get("anops.version", ""),
                tags.get("anops.digest", "")[7:19],
                version.description,
            )
    messages.result_table(table)
