"""Runs tasks in their order, side by side where they do not depend on each other."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import dataclass, field, replace
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.output_lines import lines_of
from anops_control.process_groups import ProcessGroup
from anops_control.tasks.files import digests
from anops_control.tasks.plan import FORCED, not_made, reason_to_run
from anops_control.tasks.state import Record
from anops_control.tasks.turn import UNDER_WAY, mark, turn_of, under_way

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from anops_control.tasks.definition import Task
    from anops_control.tasks.graph import Graph
    from anops_control.tasks.state import State


class Ending(StrEnum):
    """How a task ended."""

    DONE = "done"
    UP_TO_DATE = "up to date"
    FAILED = "failed"
    STOPPED = "stopped"
    """It was not started, since a task before it failed."""
    GIVEN = "taken as done"
    """It was left out: a person wants to begin behind it."""
    INTERRUPTED = "interrupted"
    """A person pressed Ctrl-C."""


GONE_WELL = frozenset({Ending.DONE, Ending.UP_TO_DATE, Ending.GIVEN})


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """What became of a task.

    Attributes:
        task: The task.
        ending: How it ended.
        step: The position of the step that failed, from 1, where one did.
        exit_code: The exit code of that step; negative for a signal.
        not_made: What it should have made and did not.
        timed_out: Whether it took longer than it may.
        refused: Why what it made can't be kept as a dataset; empty where it can.
        remedy: What helps then; None where it is for the task to write other rows.
        because: The tasks that failed before it, where it was stopped.
        seconds: How long its steps ran.
    """

    task: Task
    ending: Ending
    step: int | None = None
    exit_code: int | None = None
    not_made: Sequence[str] = ()
    timed_out: bool = False
    refused: str = ""
    remedy: str | None = None
    because: Sequence[str] = ()
    seconds: float = 0.0


class Reporter(Protocol):
    """Is told what happens, while it happens."""

    def waiting(self, task: Task) -> None:
        """A task waits, since another `ao run` runs it."""

    def starting(self, task: Task, reason: str) -> None:
        """A task starts, for a reason."""

    def step(self, task: Task, position: int) -> None:
        """A step of a task starts; positions count from 1."""

    def line(self, task: Task, text: str) -> None:
        """A step said a line."""

    def retrying(self, outcome: TaskOutcome, attempt: int, seconds: float) -> None:
        """A task failed, and is run again after some seconds; attempts count from 1."""

    def kept(self, task: Task, versions: Mapping[str, str]) -> None:
        """What a task made is kept: the version of each dataset."""

    def ended(self, outcome: TaskOutcome) -> None:
        """A task ended, was skipped or was stopped."""


@dataclass(slots=True)
class Runner:
    """Runs the tasks of a project.

    Attributes:
        graph: The tasks.
        folder: The project's folder, where steps run.
        state: Remembers what tasks read and made.
        reporter: Is told what happens.
        environ: The environment variables of the steps.
        jobs: How many tasks may run at the same time.
        forced: Tasks that run even where they are up to date.
        keep: Keeps the datasets that a task makes, and returns their versions.
        take_in: Is given each task that has ended well.
        given: Tasks that are taken as done, whatever they would do.
    """

    graph: Graph
    folder: Path
    state: State
    reporter: Reporter
    environ: Mapping[str, str]
    jobs: int = 1
    forced: Collection[str] = ()
    keep: Callable[[Mapping[str, str]], dict[str, str]] = dict
    take_in: Callable[[Task], None] = lambda _: None
    given: Collection[str] = ()
    _groups: set[ProcessGroup] = field(default_factory=set)
    _interrupted: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, order: Sequence[str]) -> dict[str, TaskOutcome]:
        """Run tasks.

        Args:
            order: The tasks, with all that come before them, as `Graph.order` gives them.

        Returns:
            What became of each, in the order of their ends.
        """
        outcomes: dict[str, TaskOutcome] = {}
        sorter = TopologicalSorter({name: self.graph.before[name] for name in order})
        sorter.prepare()
        waiting: list[str] = []
        running: dict[asyncio.Task[TaskOutcome], str] = {}
        while True:
            waiting += sorter.get_ready()
            waiting.sort(key=order.index)
            while waiting and len(running) < self.jobs:
                name = waiting.pop(0)
                running[asyncio.create_task(self._settle(name, outcomes))] = name
            if not running:
                return outcomes
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for done in ended:
                name = running.pop(done)
                outcomes[name] = done.result()
                self.reporter.ended(outcomes[name])
                sorter.done(name)

    def interrupt(self) -> None:
        """End every running step, as Ctrl-C asks: politely first; a second call kills at once."""
        if self._interrupted.is_set():
            for group in self._groups:
                group.send(signal.SIGKILL)
        self._interrupted.set()

    async def _settle(self, name: str, outcomes: Mapping[str, TaskOutcome]) -> TaskOutcome:
        task = self.graph.tasks[name]
        if name in self.given:
            return TaskOutcome(task, Ending.GIVEN)
        if self._interrupted.is_set():
            return TaskOutcome(task, Ending.INTERRUPTED)
        because = [other for other in self.graph.before[name] if outcomes[other].ending not in GONE_WELL]
        if because:
            return TaskOutcome(task, Ending.STOPPED, because=sorted(because))
        if not task.steps:
            return await self._run_where_needed(task)
        async with turn_of(name, self.folder, self._interrupted, lambda: self.reporter.waiting(task)):
            if self._interrupted.is_set():
                return TaskOutcome(task, Ending.INTERRUPTED)
            return await self._run_where_needed(task)

    async def _run_where_needed(self, task: Task) -> TaskOutcome:
        reason = FORCED if task.name in self.forced else None
        if reason is None:
            reason = await asyncio.to_thread(reason_to_run, task, self.folder, self.state.get(task.name))
        if reason is None:
            return TaskOutcome(task, Ending.UP_TO_DATE)
        return await self._run(task, reason)

    async def _run(self, task: Task, reason: str) -> TaskOutcome:
        self.reporter.starting(task, reason)
        clock = asyncio.get_running_loop().time
        started = clock()
        self.state.forget(task.name)
        needed = await asyncio.to_thread(digests, task.needs, self.folder, leave_out=task.makes)
        for attempt in range(1, task.retries + 2):
            outcome = replace(await self._attempt(task), seconds=clock() - started)
            if outcome.ending is not Ending.FAILED or attempt > task.retries:
                break
            pause = task.retry_seconds * 2 ** (attempt - 1)
            self.reporter.retrying(outcome, attempt, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._interrupted.wait(), pause)
            if self._interrupted.is_set():
                return TaskOutcome(task, Ending.INTERRUPTED, seconds=clock() - started)
        if outcome.ending is Ending.DONE and task.has_files:
            made = await asyncio.to_thread(digests, task.made, self.folder)
            self.state.put(task.name, Record(task.definition(), needed, made))
        return outcome

    async def _attempt(self, task: Task) -> TaskOutcome:
        """Run all steps of a task once, and keep what they made."""
        clock = asyncio.get_running_loop().time
        end = None if task.max_seconds is None else clock() + task.max_seconds
        for position, step in enumerate(task.steps, start=1):
            self.reporter.step(task, position)
            code, in_time = await self._step(task, step, end)
            if self._interrupted.is_set():
                return TaskOutcome(task, Ending.INTERRUPTED)
            if code != 0 or not in_time:
                return TaskOutcome(task, Ending.FAILED, position, code, timed_out=not in_time)
        missing = not_made(task, self.folder)
        if missing:
            return TaskOutcome(task, Ending.FAILED, not_made=missing)
        if task.datasets:
            try:
                self.reporter.kept(task, await asyncio.to_thread(self.keep, task.datasets))
            except CommandError as error:
                refused = "\n".join((error.message, *error.details))
                remedy = None if error.code is Code.DATASET_CONTRACT else error.remedy
                return TaskOutcome(task, Ending.FAILED, refused=refused, remedy=remedy)
        await asyncio.to_thread(self.take_in, task)
        return TaskOutcome(task, Ending.DONE)

    async def _step(self, task: Task, step: str, end: float | None) -> tuple[int, bool]:
        """Run a step, and return its exit code and whether it ended in time."""
        marks = [*under_way(self.environ), mark(self.folder, task.name)]
        group = await ProcessGroup.start(
            ["/bin/sh", "-e", "-c", step],
            cwd=self.folder,
            env={**self.environ, **task.variables, UNDER_WAY: "\n".join(marks)},
            stderr=asyncio.subprocess.STDOUT,
        )
        self._groups.add(group)
        ended = asyncio.create_task(group.wait())
        interrupted = asyncio.create_task(self._interrupted.wait())
        reading = asyncio.create_task(self._report_lines(task, group))
        left = None if end is None else max(0.0, end - asyncio.get_running_loop().time())
        try:
            await asyncio.wait({ended, interrupted}, return_when=asyncio.FIRST_COMPLETED, timeout=left)
            in_time = ended.done() or interrupted.done()
            polite = () if ended.done() else (signal.SIGINT,)
            await group.close(*polite, signal.SIGTERM)
            await asyncio.wait({reading}, timeout=2)  # a program that left the group may keep the pipe open
            return await ended, in_time
        finally:
            interrupted.cancel()
            reading.cancel()
            self._groups.discard(group)

    async def _report_lines(self, task: Task, group: ProcessGroup) -> None:
        if group.process.stdout is not None:
            async for line in lines_of(group.process.stdout):
                self.reporter.line(task, line)
