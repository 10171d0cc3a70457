"""Tells where something comes from, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.lineage.drawing import drawn
from anops_control.lineage.gathering import gathered
from anops_control.lineage.graph import Graph, Node
from anops_control.lineage.naming import meant
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageRequest:
    """What is asked about."""

    folder: Path
    """The project's folder."""
    id: str
    """The id of a request, run, image or fit; a version as NAME/3 or NAME@ALIAS; a dataset as NAME or NAME/VERSION."""
    draw: Path | None = None
    """The file for a drawing, as SVG."""


@dataclass(frozen=True, slots=True)
class LineageResult:
    """What is known.

    Attributes:
        start: What was asked about.
        graph: It, all that it came of, and all that came of it.
        notes: What could not be looked at.
        drawing: The file of the drawing.
    """

    start: Node
    graph: Graph
    notes: tuple[str, ...]
    drawing: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "start": self.start.id,
            "nodes": [node.to_dict() for node in self.graph.nodes.values()],
            "edges": [
                {"from": edge.before, "to": edge.after, "relation": edge.relation} for edge in sorted(self.graph.edges)
            ],
            "notes": list(self.notes),
            "drawing": None if self.drawing is None else str(self.drawing),
        }


def run(request: LineageRequest, events: Events) -> LineageResult:
    """Tell it.

    Raises:
        CommandError: Nothing of that id is known, or who keeps versions and runs is away.
    """
    with telling(events):
        events.doing("Looking at runs, versions, datasets, images and predictions")
        found = gathered(request.folder)
        try:
            start = meant(found, request.id)
        finally:
            if found.store is not None:
                found.store.close()
        events.idle()
    graph = found.graph.around(start)
    if request.draw is not None:
        try:
            request.draw.write_text(drawn(graph, start), encoding="utf-8")
        except OSError as error:
            raise unwritable(error, request.draw) from error
    return LineageResult(start, graph, tuple(found.notes), request.draw)


VERB = Verb("lineage", "Show where a prediction, version, image, run or dataset comes from, and what became of it.",
            LineageRequest, run)  # fmt: skip
