"""Finds tasks that wait for a task that is not there, or for themselves."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from anops_model_service.project import CONFIG_NAME

from ao.findings import Finding, Severity
from ao.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ao.configuration.positions import Path, Position, Positions


def task_findings(tables: dict[str, Any], positions: Positions) -> list[Finding]:
    """Check the `after` of every task; what has a wrong type is left to the check of types."""
    tasks = tables.get("tasks")
    if not isinstance(tasks, dict):
        return []
    graph = {name: list(_after(task)) for name, task in tasks.items()}
    findings = []
    for name, after in graph.items():
        for index, other in after:
            if other not in graph:
                guess = nearest(other, graph)
                remedy = f"Did you mean `{guess}`?" if guess else f"Add a section `[tasks.{other}]`."
                path: Path = ("tasks", name, "after", index)
                findings.append(
                    _finding(
                        f"Task `{name}` comes after `{other}`, which is no task.", remedy, name, positions.value(path)
                    )
                )
    try:
        known = {name: [other for _, other in after if other in graph] for name, after in graph.items()}
        TopologicalSorter(known).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        way = " → ".join(f"`{name}`" for name in reversed(circle))
        place = positions.value(("tasks", circle[0], "after"))
        message = f"Tasks wait for each other in a circle: {way}."
        findings.append(_finding(message, "Take one of them out of an `after`.", circle[0], place))
    return findings


def _after(task: object) -> Iterator[tuple[int, str]]:
    after = task.get("after", []) if isinstance(task, dict) else []
    for index, name in enumerate([after] if isinstance(after, str) else after if isinstance(after, list) else []):
        if isinstance(name, str):
            yield index, name


def _finding(message: str, remedy: str, name: str, place: Position | None) -> Finding:
    return Finding(
        rule="configuration",
        severity=Severity.ERROR,
        message=message,
        remedy=remedy,
        file=CONFIG_NAME,
        line=place.line if place else None,
        column=place.column if place else None,
        key=f"tasks.{name}.after",
    )
