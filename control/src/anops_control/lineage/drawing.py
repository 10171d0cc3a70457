"""Draws a lineage as SVG: what came first stands on the left."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from anops_control.lineage.graph import Kind

if TYPE_CHECKING:
    from anops_control.lineage.graph import Graph, Node

_WIDE, _HIGH, _GAP_X, _GAP_Y, _EDGE = 230, 46, 90, 18, 20
_COLOURS = {
    Kind.DATASET: "#009e73",
    Kind.RUN: "#e69f00",
    Kind.VERSION: "#0072b2",
    Kind.IMAGE: "#cc79a7",
    Kind.PREDICTION: "#d55e00",
}
"""Okabe and Ito's, which people with any colour vision tell apart."""
_LONGEST = 34
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#666"/></marker></defs>'
)


def drawn(graph: Graph, start: Node) -> str:
    """Return a drawing.

    Args:
        graph: What is drawn.
        start: The point that was asked about; it stands out.
    """
    columns = _columns(graph)
    places = {
        node.id: (_EDGE + x * (_WIDE + _GAP_X), 2 * _EDGE + y * (_HIGH + _GAP_Y))
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }
    wide = 2 * _EDGE + len(columns) * (_WIDE + _GAP_X) - _GAP_X
    high = 3 * _EDGE + max(map(len, columns)) * (_HIGH + _GAP_Y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12">',
        f"<title>Lineage of {escape(start.label)}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        _TIP,
    ]
    for edge in sorted(graph.edges):
        (x1, y1), (x2, y2) = places[edge.before], places[edge.after]
        x1, y1, y2 = x1 + _WIDE, y1 + _HIGH // 2, y2 + _HIGH // 2
        bend = max(_GAP_X // 2, abs(x2 - x1) // 3)
        parts.append(
            f'<path d="M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}" fill="none" stroke="#666" '
            f'marker-end="url(#tip)"><title>{escape(edge.relation)}</title></path>'
        )
    for column in columns:
        parts += [_box(node, *places[node.id], is_start=node.id == start.id) for node in column]
    return "\n".join([*parts, "</svg>", ""])


def _columns(graph: Graph) -> list[list[Node]]:
    """Put each point behind all that it came of: a dataset that a run has made stands right of the run."""
    depth = dict.fromkeys(graph.nodes, 0)
    for _ in graph.nodes:
        moved = False
        for edge in graph.edges:
            if depth[edge.after] <= depth[edge.before] < len(graph.nodes):
                depth[edge.after], moved = depth[edge.before] + 1, True
        if not moved:
            break
    used = sorted(set(depth.values()))
    order = list(Kind)
    nodes = sorted(graph.nodes.values(), key=lambda node: (order.index(node.kind), node.id))
    return [[node for node in nodes if depth[node.id] == each] for each in used]


def _box(node: Node, x: int, y: int, *, is_start: bool) -> str:
    colour, label = _COLOURS[node.kind], node.label
    shown = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
    fill = f'fill="{colour}" fill-opacity="0.2"' if is_start else 'fill="white"'
    return (
        f'<g><title>{escape(label)}</title><rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="6" {fill} '
        f'stroke="{colour}" stroke-width="{3 if is_start else 1.5}"/>'
        f'<text x="{x + 10}" y="{y + 18}" fill="{colour}" font-size="11">{node.kind.value}</text>'
        f'<text x="{x + 10}" y="{y + 36}">{escape(shown)}</text></g>'
    )
