"""Whether a task must run, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_control.tasks.files import digests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from anops_control.tasks.definition import Task
    from anops_control.tasks.graph import Graph
    from anops_control.tasks.state import Record, State

FORCED = "you said --force"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen to a task.

    Attributes:
        task: The task.
        reason: Why it must run, or None where it is up to date.
        certain: False where it depends on what a task before it makes.
    """

    task: Task
    reason: str | None
    certain: bool = True

    @property
    def state(self) -> str:
        """The outlook in a word or two."""
        if self.reason is None:
            return "up to date"
        return "must run" if self.certain else "may run"


def reason_to_run(task: Task, folder: Path, record: Record | None) -> str | None:
    """Say why a task must run now, or None where it is up to date.

    Args:
        task: The task; the tasks before it have ended.
        folder: The project's folder.
        record: Its last run that ended well.
    """
    if not task.has_files:
        return "it names neither `needs` nor `makes`"
    for made in [*task.makes, *task.datasets.values()]:
        if not (folder / made).exists():
            return f"`{made}` is not there"
    if record is None:
        return "it has not succeeded yet"
    if record.definition != task.definition():
        return "its definition in ao.toml changed"
    return _difference(record.needs, digests(task.needs, folder, leave_out=task.makes), "changed") or _difference(
        record.makes, digests(task.made, folder), "is not as this task made it"
    )


def outlook(graph: Graph, order: Iterable[str], folder: Path, state: State, forced: Collection[str]) -> list[Outlook]:
    """Say for each task in `order` what would happen to it, without running any.

    Args:
        graph: The tasks.
        order: The tasks that are looked at, each after those before it.
        folder: The project's folder.
        state: What they last did.
        forced: The tasks that run even where they are up to date.
    """
    found: dict[str, Outlook] = {}
    for name in order:
        task = graph.tasks[name]
        if name in forced:
            found[name] = Outlook(task, FORCED)
            continue
        reason = reason_to_run(task, folder, state.get(name))
        if reason is not None:
            found[name] = Outlook(task, reason)
            continue
        remade = _may_be_remade(graph, task, found)
        found[name] = Outlook(task, remade, certain=remade is None)
    return list(found.values())


def _may_be_remade(graph: Graph, task: Task, found: dict[str, Outlook]) -> str | None:
    for need in task.needs:
        for maker in graph.makers(task, need):
            if maker.name in found and found[maker.name].reason is not None:
                return f"`{maker.name}` may change `{need}`"
    return None


def _difference(then: dict[str, str], now: dict[str, str], changed: str) -> str | None:
    for file, digest in now.items():
        if file not in then:
            return f"`{file}` is new"
        if not digest or then[file] != digest:
            return f"`{file}` {changed}"
    gone = next((file for file in then if file not in now), None)
    return f"`{gone}` is gone" if gone else None


def not_made(task: Task, folder: Path) -> list[str]:
    """Return what a task that has ended should have made and did not."""
    return [made for made in dict.fromkeys((*task.makes, *task.datasets.values())) if not (folder / made).exists()]
