"""What a person asks of tasks beside their names: other parameters, and which of those before them are left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tasks.graph import Graph
from anops_control.training.config_file import assignment, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.tasks.definition import Parameter, Task

_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def with_values(graph: Graph, written: Sequence[str]) -> Graph:
    """Return tasks with other parameters.

    Args:
        graph: The tasks.
        written: "rows=100" for each task that has it, "clean.rows=100" for one.

    Raises:
        CommandError: No task has such a parameter, or it can't have that value.
    """
    tasks = dict(graph.tasks)
    for each in written:
        key, text = assignment(each)
        task, dot, name = key.rpartition(".")
        having = [one for one in tasks.values() if (name if dot else key) in one.parameters and task in {"", one.name}]
        if not having:
            raise _unknown(graph, key)
        for one in having:
            value = _typed(one, name if dot else key, text)
            tasks[one.name] = replace(one, parameters={**one.parameters, (name if dot else key): value})
    return Graph(tasks, graph.before)


def left_out(
    graph: Graph, order: Sequence[str], *, tasks: Sequence[str], begin: str | None, only: bool
) -> frozenset[str]:
    """Return the tasks that are taken as done, since a person wants to begin behind them.

    Args:
        graph: The tasks.
        order: Those that would run, in their order.
        tasks: Those that a person named.
        begin: The one to begin with; None: the first.
        only: Whether those that were named are run, and none before them.

    Raises:
        CommandError: The task to begin with is none that would run.
    """
    if only and begin is not None:
        raise CommandError("Of --from and --only, one can be meant.", remedy="Leave one of them out.", code=Code.USAGE)
    if only:
        return frozenset(order) - set(tasks)
    if begin is None:
        return frozenset()
    if begin not in order:
        guess = nearest(begin, order)
        raise CommandError(
            f"`{begin}` does not come before {', '.join(f'`{name}`' for name in tasks)}.",
            details=[f"The order is: {', '.join(order)}."],
            remedy=f"Did you mean `--from {guess}`?" if guess else None,
            code=Code.USAGE,
        )
    behind: set[str] = {begin}
    for name in order:  # each stands behind those before it
        if graph.before[name] & behind:
            behind.add(name)
    return frozenset(order) - behind


def _typed(task: Task, name: str, text: str) -> Parameter:
    """Read a value as what the default of its parameter is."""
    kind = type(task.parameters[name])
    if kind is str:
        return text
    value = value_of(text)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise CommandError(
            f"Parameter `{name}` of task `{task.name}` must be {_WORDS[kind]}, not `{text}`.",
            remedy=f"Write it like its default: --set {name}={str(task.parameters[name]).lower()}",
            code=Code.USAGE,
        )
    made: Parameter = value
    return made


def _unknown(graph: Graph, key: str) -> CommandError:
    task, dot, _ = key.rpartition(".")
    known = [name if not dot else f"{one.name}.{name}" for one in graph.tasks.values() for name in one.parameters]
    guess = nearest(key, known)
    message = (
        f"Task `{task}` has no parameter `{key.rpartition('.')[2]}`." if dot else f"No task has a parameter `{key}`."
    )
    if guess:
        remedy = f"Did you mean `--set {guess}=…`?"
    elif known:
        remedy = f"There is {', '.join(f'`{name}`' for name in dict.fromkeys(known))}."
    else:
        remedy = "Name it in ao.toml first, with its usual value: parameters = { rows = 100 }"
    return CommandError(message, remedy=remedy, code=Code.USAGE)
