"""`ao data list`: lists the datasets of a board."""

from __future__ import annotations

from pathlib import Path

from anops_control.verbs.data.list import DataListRequest, run
from rich.table import Table

from ao import messages
from ao.commands.data.options import Board, Json, Project  # noqa: TC001  Typer reads them
from ao.commands.data.wording import size_of
from ao.presenting import presented


def list_(*, board: Board = None, project: Project = None, as_json: Json = False) -> None:
    """List the datasets, with the latest version of each."""
    with presented() as events:
        found = run(DataListRequest(folder=project or Path(), board=board), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    if not found.latest and not found.unread:
        messages.note(f"{found.board} has no datasets yet.")
        messages.next_step("ao data add FILE")
        return
    table = Table("dataset", "latest version", "versions", "type", "rows", "size", box=None)
    for stored, count in found.latest:
        rows = stored.description.rows if stored.description is not None else None
        shown = "" if rows is None else f"{rows:,}"
        table.add_row(stored.name, stored.version, str(count), stored.kind, shown, size_of(stored.bytes))
    messages.result_table(table)
    for name, why in found.unread.items():
        messages.warning(f"`{name}` can't be shown: {why}")
