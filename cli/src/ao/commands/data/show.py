"""`ao data show`: shows what is known of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.data.show import DataShowRequest, run
from rich.table import Table

from ao import messages
from ao.commands.data.options import Board, Json, Project, Version  # noqa: TC001  Typer reads them
from ao.commands.data.wording import share_of, size_of, values_of
from ao.presenting import presented


def show(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    *,
    version: Version = None,
    board: Board = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Show what is known of a dataset: its columns, where it comes from, its versions."""
    with presented() as events:
        found = run(DataShowRequest(folder=project or Path(), name=name, version=version, board=board), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    stored, described = found.stored, found.stored.description
    rows = "" if described is None or described.size is None else f", {described.size}"
    messages.result(f"{stored.name} {stored.version}: {stored.kind}, {size_of(stored.bytes)}{rows}")
    messages.result(f"in {found.board}, added {stored.created}, hash {stored.hash}")
    if described is not None:
        for what, value in described.about.to_dict().items():
            if value:
                messages.result(f"{what}: {', '.join(value) if what == 'keys' else value}")
        if described.columns:
            table = Table("column", "type", "missing", "values", "description", box=None)
            for column, spec in described.columns.items():
                missing = share_of(described.missing.get(column, 0.0))
                table.add_row(column, spec.type, missing, values_of(spec), spec.description or "")
            messages.result_table(table)
    if len(found.versions) > 1:
        messages.result("versions: " + ", ".join(each.version for each in found.versions))
