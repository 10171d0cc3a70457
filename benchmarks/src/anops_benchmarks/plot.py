"""Draws requests a second under load, and how long one client waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_benchmarks.peers.registry import PEERS
from anops_benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from pathlib import Path

    from anops_benchmarks.results import Results

_OURS, _THEIRS, _FLOOR = "#0b6e4f", "#9aa5b1", "#dfe3e8"
_SHOWN = ("iris", "forest", "lm")
_ROWS = (
    ("rate", -1, "requests/s, {} connections", "{:,.0f}"),
    ("p50_ms", 0, "p50 in ms, {} connection", "{:.2f}"),
)


def draw(results: Results, file: Path) -> None:
    """Write the plot as SVG."""
    # only those who draw need it
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("svg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    # the same results give the same file
    plt.rcParams.update({"svg.hashsalt": "anops", "font.size": 9, "axes.titlesize": 10})
    shown = [name for name in _SHOWN if results.connections(name)]
    if not shown:
        return
    figure, axes = plt.subplots(len(_ROWS), len(shown), figsize=(4.4 * len(shown), 6.6), squeeze=False)
    for row, kind in zip(axes, _ROWS, strict=True):
        for axis, name in zip(row, shown, strict=True):
            _bars(axis, name, kind, results)
        # bars of one height, whatever the number of peers
        most = max(len(axis.patches) for axis in row)
        for axis in row:
            axis.set_ylim(len(axis.patches) - most - 0.6, len(axis.patches) - 0.4)
    facts = results.circumstances
    figure.suptitle(
        f"AnOps and its peers, one row a request: above, more is better; below, less\n"
        f"{facts['cores']} cores with the loader on them, {facts['date']}; versions and settings stand with the tables",
        fontsize=9,
    )
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
    # a linter of text files has no objection to it then
    file.write_text("\n".join(line.rstrip() for line in file.read_text("utf-8").splitlines()) + "\n", "utf-8")


def _bars(axis: Any, name: str, kind: tuple[str, int, str, str], results: Results) -> None:  # noqa: ANN401  untyped
    key, which, label, form = kind
    connections = results.connections(name)[which]
    found = [record for record in results.of(name, connections).values() if record["peer"] in PEERS]
    found.sort(key=lambda record: record[key], reverse=key != "rate")
    titles = [PEERS[record["peer"]].title.replace("**", "") for record in found]
    values = [record[key] for record in found]
    colours = [_colour(record["peer"]) for record in found]
    bars = axis.barh(titles, values, color=colours)
    axis.bar_label(bars, [form.format(value) for value in values], padding=3, fontsize=8)
    axis.set_title(
        f"{WORKLOADS[name].title.replace('`', '').removesuffix(', 1 row')}: {label.format(connections)}", loc="left"
    )
    axis.margins(x=0.18)
    axis.set_xticks([])
    for side in ("top", "right", "bottom"):
        axis.spines[side].set_visible(False)


def _colour(peer: str) -> str:
    if peer == "anops":
        return _OURS
    return _FLOOR if PEERS[peer].floor else _THEIRS
