"""Takes the tasks from a project's configuration, and brings their faults back to its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.project import CONFIG_NAME

from anops_control.configuration.positions import find_positions
from anops_control.errors import ConfigurationError
from anops_control.findings import Finding, Severity, in_order
from anops_control.tasks.definition import Task, TasksError
from anops_control.tasks.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.configuration import Configuration
    from anops_control.configuration.positions import Position
    from anops_control.tasks.definition import TaskFault


def graph_of(configuration: Configuration) -> Graph:
    """Relate the tasks of a project.

    Raises:
        ConfigurationError: They can't be brought into an order; each fault has its line of ao.toml.
    """
    try:
        return Graph.of(
            Task(
                name=name,
                steps=section.run,
                needs=section.needs,
                makes=section.makes,
                after=section.after,
                description=section.description,
                env=section.env,
                parameters=section.parameters,
                datasets=section.datasets,
                retries=section.retries,
                retry_seconds=section.retry_seconds,
                max_seconds=section.max_seconds,
            )
            for name, section in configuration.tasks.items()
        )
    except TasksError as error:
        raise at_lines(error, configuration) from error


def require_needs(graph: Graph, names: Iterable[str], configuration: Configuration) -> None:
    """Check that everything the named tasks need is there, or made by a task.

    Raises:
        ConfigurationError: Something is not; each fault has its line of ao.toml.
    """
    try:
        graph.require_needs(names, configuration.folder)
    except TasksError as error:
        raise at_lines(error, configuration) from error


def at_lines(error: TasksError, configuration: Configuration) -> ConfigurationError:
    """Say where in ao.toml the faults of tasks are."""
    positions = find_positions(configuration.path.read_text(encoding="utf-8"))
    found = []
    for fault in error.faults:
        place: Position | None = positions.value(_path(fault, configuration))
        found.append(
            Finding(
                rule="configuration",
                severity=Severity.ERROR,
                message=fault.message,
                remedy=fault.remedy,
                file=CONFIG_NAME,
                line=place.line if place else None,
                column=place.column if place else None,
                key=".".join(("tasks", fault.task, *((fault.key,) if fault.key else ()))),
            )
        )
    return ConfigurationError(in_order(found))


def _path(fault: TaskFault, configuration: Configuration) -> tuple[str | int, ...]:
    if fault.key is None:
        return ("tasks", fault.task)
    items: tuple[str, ...] = getattr(configuration.tasks[fault.task], fault.key)
    index = (items.index(fault.item),) if fault.item in items else ()
    return ("tasks", fault.task, fault.key, *index)
