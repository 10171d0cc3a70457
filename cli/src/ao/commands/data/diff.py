"""`ao data diff`: tells two versions of a dataset apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.verbs.data.diff import DataDiffRequest, run
from rich.table import Table

from ao import messages
from ao.commands.data.options import Board, Json, Project  # noqa: TC001  Typer reads them
from ao.commands.data.wording import share_of
from ao.presenting import presented

if TYPE_CHECKING:
    from collections.abc import Mapping

EPILOG = """
`ao data diff sales`  the latest version and the one before

`ao data diff sales --before 20260101T120000Z-0a1b2 --after 20260201T120000Z-9f8e7`
"""


def diff(
    name: Annotated[str, typer.Argument(help="The dataset.")],
    *,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="VERSION", help="The version to compare with; by default the one before."),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="VERSION", help="The version to compare; by default the latest.")
    ] = None,
    board: Board = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Compare two versions: rows, columns, types, levels, and how far apart their distributions are."""
    request = DataDiffRequest(folder=project or Path(), name=name, before=before, after=after, board=board)
    with presented() as events:
        found = run(request, events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    messages.result(f"{found.after.name}: {found.before.version} → {found.after.version}")
    rows = ["unknown" if each is None else f"{each:,}" for each in found.rows]
    messages.result(f"rows: {rows[0]} → {rows[1]}")
    if found.added:
        messages.result(f"columns added: {', '.join(found.added)}")
    if found.removed:
        messages.result(f"columns removed: {', '.join(found.removed)}")
    table = Table("column", "type", "missing", "PSI", "KS D", "p", "changed", box=None)
    for column in found.columns:
        missing = [share_of(each) for each in column["missing"]]
        ks = column.get("ks") or {}
        table.add_row(
            column["column"],
            column["type"],
            missing[0] if missing[0] == missing[1] else " → ".join(missing),
            _number(column.get("psi")),
            _number(ks.get("d")),
            _number(ks.get("p")),
            _changes(column),
        )
    if found.columns:
        messages.result_table(table)
    for each in found.unknown:
        messages.warning(each)
    for convention in found.conventions if any("psi" in each or "ks" in each for each in found.columns) else ():
        messages.note(convention)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _changes(column: Mapping[str, Any]) -> str:
    parts = [f"{key} {pair[0]} → {pair[1]}" for key, pair in column["changed"].items()]
    for key, word in (("levels_added", "new levels"), ("levels_removed", "levels gone")):
        if column.get(key):
            parts.append(f"{word}: {', '.join(column[key][:5])}")
    return "; ".join(parts)
