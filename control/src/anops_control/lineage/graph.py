"""What came of what, as a graph: its points are datasets, runs, versions, images and predictions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Kind(StrEnum):
    """What a point is; in the order in which they come of each other."""

    DATASET = "dataset"
    RUN = "run"
    VERSION = "model version"
    IMAGE = "image"
    PREDICTION = "prediction"


@dataclass(frozen=True, slots=True)
class Node:
    """A point.

    Attributes:
        id: What it is called, so that no other has it: it can be asked for by it.
        kind: What it is.
        label: What a person sees.
        facts: What else is known of it.
    """

    id: str
    kind: Kind
    label: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"id": self.id, "kind": self.kind.value, "label": self.label, **self.facts}


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """That one came of another.

    Attributes:
        before: The id of the one that was there first.
        after: The id of the other.
        relation: How, as the second says it of the first: "read", "fitted in", "built of", "answered by".
    """

    before: str
    after: str
    relation: str


@dataclass(slots=True)
class Graph:
    """Points and edges."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)

    def add(self, node: Node) -> Node:
        """Add a point; one that is there already stays as it is."""
        return self.nodes.setdefault(node.id, node)

    def connect(self, before: Node, after: Node, relation: str) -> None:
        """Say that one came of another."""
        if before.id != after.id:
            self.edges.add(Edge(before.id, after.id, relation))

    def around(self, start: Node) -> Graph:
        """Return what a point came of, and what came of it, near and far; not what only has an origin in common."""
        kept = {start.id} | set(self._reached(start.id, back=True)) | set(self._reached(start.id, back=False))
        nodes = {name: node for name, node in self.nodes.items() if name in kept}
        return Graph(nodes, {edge for edge in self.edges if edge.before in kept and edge.after in kept})

    def beside(self, node: Node, *, back: bool) -> list[tuple[Node, str]]:
        """Return the points right before a point, or right behind it, each with how."""
        found = (
            (edge.before if back else edge.after, edge.relation)
            for edge in sorted(self.edges)
            if (edge.after if back else edge.before) == node.id
        )
        return [(self.nodes[name], relation) for name, relation in found]

    def _reached(self, start: str, *, back: bool) -> Iterator[str]:
        seen, waiting = {start}, [start]
        beside: dict[str, list[str]] = {}
        for edge in self.edges:
            one, other = (edge.after, edge.before) if back else (edge.before, edge.after)
            beside.setdefault(one, []).append(other)
        while waiting:
            for name in beside.get(waiting.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
                    yield name
