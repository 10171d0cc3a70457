"""Writes results as Markdown: one table for each workload, the targets, and where AnOps loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_benchmarks.peers.registry import PEERS
from anops_benchmarks.results import ITSELF
from anops_benchmarks.targets import TARGETS
from anops_benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from anops_benchmarks.results import Results

_VERDICTS = {True: "reached", False: "**not reached**", None: "not measured"}
# what a record says, what the table calls it, and whether more is better
_MEASURES = (
    ("rate", "requests/s", True),
    ("p50_ms", "p50 ms", False),
    ("p99_ms", "p99 ms", False),
)
_COSTS = (
    ("cpu_ms", "processor ms/request", False),
    ("memory_mb", "memory MB", False),
    ("start_s", "cold start s", False),
)


def whole(results: Results) -> str:
    """Return all tables, with what must be known to read them."""
    parts = [circumstances(results), targets(results), losses(results)]
    parts += [workload(name, results) for name in WORKLOADS if results.connections(name)]
    if results.failures:
        lines = (f"- {title(each['peer'])}, {each['workload']}: {each['failed']}" for each in results.failures)
        parts.append("\n".join(["### Left out", "", *lines]))
    parts.append(settings(results))
    return "\n\n".join(parts) + "\n"


def circumstances(results: Results) -> str:
    """Say where and how the figures were made."""
    facts = results.circumstances
    return (
        f"Measured on {facts['date']} at {facts['commit']}: {facts['cores']} cores ({facts['processor']}), "
        f"{facts['memory_gb']} GB, {facts['system']}, Python {facts['python']}, R {facts['r']}, {facts['wrk']}. "
        "The loader runs on the same "
        f"cores. Each figure is the median of {facts['rounds']} rounds of {facts['seconds']} s; in a round the peers "
        "take turns, one under load at a time. Bodies differ (64 in turn; 8 of 10,000 rows), and the answers of "
        "every peer were compared with those of the model itself, with 16 asking at once, before it was measured. "
        "Processor time and memory (proportional set size) are of all processes of a peer; a cold start is the time "
        f"from the command to the first right answer. Load of the machine before the run: {facts['load']:.1f}."
    )


def targets(results: Results, *, measured_only: bool = False) -> str:
    """Return what is to be reached, and whether it is."""
    lines = ["### Targets", "", "| AnOps, compared with | target | this run | |", "| --- | ---: | ---: | --- |"]
    for target in TARGETS:
        value = target.value(results)
        if value is None and measured_only:
            continue
        unit = " times" if target.against else ""
        least = "at least" if target.more_is_better else "at most"
        shown = "n/a" if value is None else f"{value:.2f}{unit}"
        verdict = _VERDICTS[target.reached(results)]
        lines.append(f"| {target.text} | {least} {target.limit:g}{unit} | {shown} | {verdict} |")
    return "\n".join(lines)


def losses(results: Results) -> str:
    """Say where a peer is better than AnOps."""
    lines = []
    for name in WORKLOADS:
        asked = results.connections(name)
        for key, label, more in (*_MEASURES, *_COSTS):
            # what it costs is said once, for the highest load
            for connections in asked if (key, label, more) in _MEASURES else asked[-1:]:
                by_peer = results.of(name, connections)
                ours = by_peer.get("anops")
                better = [] if ours is None else _better(by_peer, ours, key, more=more)
                if ours is not None and better:
                    said = ", ".join(f"{title(peer)} {number(by_peer[peer][key])}" for peer in better)
                    count = f"{connections} connection{'s' if connections > 1 else ''}"
                    lines.append(f"- {WORKLOADS[name].title}, {count}, {label}: {number(ours[key])} against {said}")
    return "\n".join(["### Where AnOps loses", "", *(lines or ["Nowhere in this run."])])


def _better(by_peer: dict[str, dict[str, Any]], ours: dict[str, Any], key: str, *, more: bool) -> list[str]:
    found = [peer for peer, record in by_peer.items() if _beats(peer, record, ours, key, more=more)]
    return sorted(found, key=lambda peer: float(by_peer[peer][key]), reverse=more)


def _beats(peer: str, record: dict[str, Any], ours: dict[str, Any], key: str, *, more: bool) -> bool:
    if peer in {ITSELF, "anops"} or PEERS[peer].floor or record.get(key) is None:
        return False
    # what looks the same is the same
    if number(record[key]) == number(ours[key]):
        return False
    return bool(record[key] > ours[key] if more else record[key] < ours[key])


def workload(name: str, results: Results) -> str:
    """Return the table of a workload."""
    asked = results.connections(name)
    heads = [f"{label}, {count}" for _, label, _ in _MEASURES for count in asked] + [
        f"{_COSTS[0][1]}, {asked[-1]}",
        *(label for _, label, _ in _COSTS[1:]),
    ]
    lines = [
        f"### {WORKLOADS[name].title}",
        "",
        "The number after a comma is that of connections; bold is what beats AnOps.",
        "",
        "| | " + " | ".join(heads) + " |",
        "| --- |" + " ---: |" * len(heads),
    ]
    order = sorted(results.of(name, asked[-1]).values(), key=lambda record: -float(record["rate"]))
    for last in order:
        peer = last["peer"]
        cells = [_cell(name, peer, count, measure, results) for measure in _MEASURES for count in asked]
        cells += [_cell(name, peer, asked[-1], cost, results) for cost in _COSTS]
        errors = sum(results.of(name, count)[peer]["errors"] for count in asked if peer in results.of(name, count))
        note = f" ({errors} requests failed)" if errors else ""
        lines.append(f"| {title(peer)}{note} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(name: str, peer: str, connections: int, measure: tuple[str, str, bool], results: Results) -> str:
    key, _, more = measure
    record, ours = results.find(name, peer, connections), results.find(name, "anops", connections)
    if record is None or record.get(key) is None:
        return "n/a"
    text = number(record[key])
    return f"**{text}**" if ours is not None and _beats(peer, record, ours, key, more=more) else text


def settings(results: Results) -> str:
    """Say how each peer ran, in which versions."""
    lines = ["### Versions and settings", "", "| | settings | versions |", "| --- | --- | --- |"]
    for name, peer in PEERS.items():
        if any(record["peer"] == name for record in results.records):
            versions = results.circumstances["versions"].get(name, {})
            said = ", ".join(f"{package} {version}" for package, version in versions.items())
            lines.append(f"| {title(name)} | {peer.settings} | {said} |")
    return "\n".join(lines)


def title(peer: str) -> str:
    """Return what the tables call a peer."""
    return "floor: `predict()` itself" if peer == ITSELF else PEERS[peer].title


def number(value: float) -> str:
    """Return a figure with about three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def plain(results: Results) -> str:
    """Return the figures as lines for a terminal."""
    lines = []
    for record in results.records:
        figures = (
            f"{label} {number(record[key]):>7}" for key, label, _ in (*_MEASURES, *_COSTS) if record[key] is not None
        )
        lines.append(f"{record['workload']:12} {record['peer']:16} {record['connections']:3}  {'  '.join(figures)}")
    return "\n".join([*lines, "", targets(results, measured_only=True), "", losses(results)])
