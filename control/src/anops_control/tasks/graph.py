"""Which task comes before which, from `after` and from the files they need and make."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, Self

from anops_control.suggestions import nearest
from anops_control.tasks.definition import DATA, Task, TaskFault, TasksError, UnknownTaskError
from anops_control.tasks.files import covers, files_of, is_pattern, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Graph:
    """The tasks of a project, in relation.

    Attributes:
        tasks: The tasks by name, as written.
        before: For each task, the tasks that come right before it.
    """

    tasks: Mapping[str, Task]
    before: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, tasks: Iterable[Task]) -> Self:
        """Relate the tasks.

        Raises:
            TasksError: They can't be brought into an order.
        """
        by_name = {task.name: task for task in tasks}
        faults = [*_unknown(by_name), *_made_twice(by_name), *_own_needs(by_name)]
        before = {task.name: _before(task, by_name) for task in by_name.values()}
        try:
            TopologicalSorter(before).prepare()
        except CycleError as error:
            faults.append(_cycle(list(reversed(error.args[1])), by_name))
        if faults:
            raise TasksError(faults)
        return cls(by_name, before)

    def order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the named tasks and all that come before them, in an order in which they can run.

        Raises:
            UnknownTaskError: One of the names is no task.
        """
        wanted: dict[str, frozenset[str]] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in self.tasks:
                raise UnknownTaskError(name)
            if name not in wanted:
                wanted[name] = self.before[name]
                waiting += self.before[name]
        place = {name: position for position, name in enumerate(self.tasks)}
        sorter = TopologicalSorter(wanted)
        sorter.prepare()
        ordered: list[str] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready(), key=place.__getitem__)
            ordered += ready
            sorter.done(*ready)
        return tuple(ordered)

    def makers(self, task: Task, need: str) -> tuple[Task, ...]:
        """Return the tasks that make what an entry of a task's `needs` stands for."""
        return tuple(
            other
            for other in self.tasks.values()
            if other.name != task.name and any(covers(need, made) for made in other.made)
        )

    def require_needs(self, names: Iterable[str], folder: Path) -> None:
        """Check that everything the named tasks need is there, or made by a task.

        Raises:
            TasksError: Something is not.
        """
        faults = [
            _nobody_makes(task, need)
            for task in (self.tasks[name] for name in names)
            for need in task.needs
            if not self.makers(task, need) and not (folder / need).exists() and not files_of(need, folder)
        ]
        if faults:
            raise TasksError(faults)


def _before(task: Task, tasks: Mapping[str, Task]) -> frozenset[str]:
    made_by = {
        other.name
        for other in tasks.values()
        if other.name != task.name and any(covers(need, made) for need in task.needs for made in other.made)
    }
    return frozenset(made_by | {name for name in task.after if name in tasks})


def _unknown(tasks: Mapping[str, Task]) -> list[TaskFault]:
    faults = []
    for task in tasks.values():
        for name in task.after:
            if name not in tasks:
                guess = nearest(name, [other for other in tasks if other != task.name])
                remedy = (
                    f"Did you mean `{guess}`?" if guess else f"Add a table [tasks.{name}], or take it out of `after`."
                )
                faults.append(
                    TaskFault(
                        f"Task `{task.name}` comes after `{name}`, which is not a task.",
                        task.name,
                        "after",
                        name,
                        remedy,
                    )
                )
    return faults


def _made_twice(tasks: Mapping[str, Task]) -> list[TaskFault]:
    makers: dict[str, str] = {}
    faults = []
    for task in tasks.values():
        for made in task.made:
            if is_pattern(made):
                message = f"Task `{task.name}` must say by name what it makes; `{made}` is a pattern."
                faults.append(
                    TaskFault(message, task.name, "makes", made, "Name each file, or the folder they are in.")
                )
            first = makers.setdefault(normal(made), task.name)
            if first != task.name:
                message = f"Tasks `{first}` and `{task.name}` both make `{made}`; one file must come from one task."
                faults.append(
                    TaskFault(message, task.name, "makes", made, "Let one of them make it under another name.")
                )
    return faults


def _own_needs(tasks: Mapping[str, Task]) -> list[TaskFault]:
    made = {task.name: {normal(path) for path in task.made} for task in tasks.values()}
    return [
        TaskFault(
            f"Task `{task.name}` needs `{need}`, which it makes itself.",
            task.name,
            "needs",
            need,
            f"Take `{need}` out of its `needs`, or let it make another file.",
        )
        for task in tasks.values()
        for need in task.needs
        if normal(need) in made[task.name]
    ]


def _cycle(names: list[str], tasks: Mapping[str, Task]) -> TaskFault:
    if len(names) == 2:
        return TaskFault(
            f"Task `{names[0]}` comes after itself.", names[0], "after", names[0], "Take its name out of its `after`."
        )
    links = [_link(tasks[one], tasks[other]) for one, other in pairwise(names)]
    message = f"The tasks wait for each other in a circle: {', '.join(links)}."
    return TaskFault(message, names[0], remedy="Take one of these out of `after` or `needs`.")


def _link(task: Task, before: Task) -> str:
    if before.name in task.after:
        return f"`{task.name}` comes after `{before.name}`"
    file = next(made for made in before.made if any(covers(need, made) for need in task.needs))
    return f"`{task.name}` needs `{file}` from `{before.name}`"


def _nobody_makes(task: Task, need: str) -> TaskFault:
    if need.startswith(DATA):
        name = need.removeprefix(DATA)
        return TaskFault(
            f"Task `{task.name}` needs `{need}`: there is no such dataset, and no task makes it.",
            task.name,
            "needs",
            need,
            f"Add it: ao data add FILE --name {name}; or name it in `datasets` of the task that makes it.",
        )
    if is_pattern(need):
        message = f"Task `{task.name}` needs `{need}`: no file fits this pattern, and no task makes one that does."
    else:
        message = f"Task `{task.name}` needs `{need}`: there is no such file, and no task makes it."
    remedy = "Put it there, fix its name, or list it in the `makes` of the task that writes it."
    return TaskFault(message, task.name, "needs", need, remedy)
