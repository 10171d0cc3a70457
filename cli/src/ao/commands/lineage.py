"""`ao lineage`: where something comes from, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.verbs.lineage import LineageRequest, run

from ao import messages
from ao.presenting import presented

if TYPE_CHECKING:
    from anops_control.lineage.graph import Graph, Node

EPILOG = """
`ao lineage 3f2a91bc5d0e4f17`  the request of an answer, by its `request_id`

`ao lineage demand@champion`  a version: its run, the data of that, its images, its predictions

`ao lineage sales`  a dataset: the runs that read it, and the models that came of them

`ao lineage demand@champion --draw lineage.svg`  a drawing

Where an id could be several things, `run:`, `data:`, `image:`, `request:` or `models:/` before it says which one.
Requests are known where `log_predictions` is set under `[service]` in ao.toml.
"""


def lineage(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="A request, run, version, image or dataset.", show_default=False)
    ],
    *,
    draw: Annotated[
        Path | None, typer.Option("--draw", metavar="FILE", help="Draw it into this file, as SVG.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Show where a prediction, version, image, run or dataset comes from, and what became of it."""
    with presented() as events:
        found = run(LineageRequest(folder=Path(), id=identity, draw=draw), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    messages.result(f"{found.start.kind.value} {found.start.label}")
    for title, back in (("It comes from", True), ("It led to", False)):
        if found.graph.beside(found.start, back=back):
            messages.result(f"{title}:")
            _show(found.graph, found.start, back=back)
    if len(found.graph.nodes) == 1:
        messages.note("Nothing is known of where it comes from, or what became of it.")
    for note in found.notes:
        messages.note(note)
    if found.drawing is not None:
        messages.success(f"Drew it into {found.drawing}.")


def _show(graph: Graph, node: Node, *, back: bool, depth: int = 1) -> None:
    for other, relation in graph.beside(node, back=back):
        messages.result(f"{'  ' * depth}{other.kind.value} {other.label} ({relation})")
        _show(graph, other, back=back, depth=depth + 1)
