"""Runs tasks of ao.toml, each after those it depends on."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_project.sections.service import available_cpus

from anops_control.child_environment import child_environment
from anops_control.configuration import load
from anops_control.environment import interpreter_of
from anops_control.errors import CommandError
from anops_control.events import CancelledError, Events
from anops_control.suggestions import nearest
from anops_control.surroundings import Surroundings, current, surrounded
from anops_control.tasks.choosing import left_out, with_values
from anops_control.tasks.datasets import keep
from anops_control.tasks.definition import UnknownTaskError
from anops_control.tasks.failing import failure
from anops_control.tasks.from_configuration import graph_of, require_needs
from anops_control.tasks.model_file import take_in
from anops_control.tasks.plan import Outlook, outlook
from anops_control.tasks.runner import Ending, Runner, TaskOutcome
from anops_control.tasks.state import State
from anops_control.tasks.step_environment import step_environment
from anops_control.tasks.telling import TaskEvents
from anops_control.tasks.turn import mark, under_way
from anops_control.tracking.tracked import tracked
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.configuration import Configuration
    from anops_control.tasks.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """Which tasks are to run."""

    folder: Path
    """The project's folder."""
    tasks: tuple[str, ...] = ()
    """Their names; without any, the tasks are listed and none is run."""
    jobs: int | None = None
    """How many may run side by side; by default as many as there are CPUs."""
    dry_run: bool = False
    """Only say what would run, and why."""
    force: bool = False
    """Run the named tasks even where they are up to date."""
    track: bool = False
    """Keep it as a run, with what the tasks report."""
    values: tuple[str, ...] = ()
    """Parameters to set: "rows=100" for each task that has it, "clean.rows=100" for one."""
    begin: str | None = None
    """The task to begin with: those before it are taken as done."""
    only: bool = False
    """Run the named tasks alone: those before them are taken as done."""
    env: dict[str, str] = field(default_factory=dict)
    """Further environment variables for the steps."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of the tasks.

    Attributes:
        planned: What each task would do, where none was to run.
        outcomes: How each ended, where they ran.
        has_tasks: Whether the project has any.
    """

    planned: tuple[Outlook, ...] = ()
    outcomes: tuple[TaskOutcome, ...] = ()
    has_tasks: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        if self.outcomes:
            return {"outcomes": {each.task.name: each.ending.value for each in self.outcomes}}
        return {"tasks": [_told(each) for each in self.planned]}


def run(request: RunRequest, events: Events) -> RunResult:
    """Run tasks.

    Raises:
        CommandError: There is no such task, one failed, or a step of one would run it again.
        CancelledError: They were ended because they were wanted no more.
    """
    configuration = load(request.folder)
    graph = with_values(graph_of(configuration), request.values)
    state = State(configuration.folder)
    if not request.tasks:
        found = outlook(graph, graph.order(graph.tasks), configuration.folder, state, ())
        place = {name: position for position, name in enumerate(graph.tasks)}
        planned = sorted(found, key=lambda each: place[each.task.name])
        return RunResult(tuple(planned), has_tasks=bool(graph.tasks))
    order = ordered(graph, request.tasks)
    given = left_out(graph, order, tasks=request.tasks, begin=request.begin, only=request.only)
    require_needs(graph, [name for name in order if name not in given], configuration)
    environ = child_environment()
    _refuse_circle(order, configuration.folder, environ)
    forced = set(request.tasks) if request.force else set()
    if request.dry_run:
        wanted = [name for name in order if name not in given]
        return RunResult(tuple(outlook(graph, wanted, configuration.folder, state, forced)))
    kept: AbstractContextManager[dict[str, str]] = nullcontext({})
    if request.track or any(configuration.tasks[name].track for name in request.tasks):
        told = {f"{name}.{key}": value for name in order for key, value in graph.tasks[name].parameters.items()}
        kept = tracked(configuration.project, " ".join(order), events, told)
    with kept as variables, surrounded(Surroundings({**current().variables, **variables})):
        return _ran(request, configuration, graph, order, variables, events)


def _ran(
    request: RunRequest,
    configuration: Configuration,
    graph: Graph,
    order: Sequence[str],
    variables: Mapping[str, str],
    events: Events,
) -> RunResult:
    state = State(configuration.folder)
    environ = step_environment(configuration.folder, interpreter_of(configuration.project).path, child_environment())
    runner = Runner(
        graph=graph,
        folder=configuration.folder,
        state=state,
        reporter=TaskEvents(events),
        environ={**environ, **variables, **request.env},
        jobs=request.jobs or available_cpus(),
        forced=set(request.tasks) if request.force else (),
        keep=lambda datasets: keep(configuration.folder, datasets, Events()),
        take_in=lambda task: take_in(task, configuration.folder),
        given=left_out(graph, order, tasks=request.tasks, begin=request.begin, only=request.only),
    )
    events.state({"event": "planned", "tasks": list(order)})
    outcomes = tuple(asyncio.run(_run(runner, order, events)))
    interrupted = [outcome.task.name for outcome in outcomes if outcome.ending is Ending.INTERRUPTED]
    if interrupted:
        raise CancelledError(f"Stopped: {', '.join(interrupted)}.")
    error = failure(outcomes)
    if error is not None:
        raise error
    return RunResult(outcomes=outcomes)


async def _run(runner: Runner, order: Sequence[str], events: Events) -> list[TaskOutcome]:
    loop = asyncio.get_running_loop()
    with events.on_cancel(lambda: loop.call_soon_threadsafe(runner.interrupt)):
        return list((await runner.run(order)).values())


def _refuse_circle(order: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
    above = under_way(environ)
    for name in order:
        if mark(folder, name) in above:
            raise CommandError(
                f"Task `{name}` would run itself: one of its steps calls `ao run`, which runs `{name}` again.",
                remedy="Take that call out of its `run`; what must come before it belongs in its `after`.",
                code=Code.USAGE,
            )


def ordered(graph: Graph, names: Sequence[str]) -> tuple[str, ...]:
    """Return the named tasks and all that come before them, in an order in which they can run.

    Raises:
        CommandError: There is no such task.
    """
    try:
        return graph.order(names)
    except UnknownTaskError as error:
        guess = nearest(error.name, graph.tasks)
        if not graph.tasks:
            remedy = f"Add a table [tasks.{error.name}]; `ao run --help` shows one."
        else:
            remedy = f"Did you mean `ao run {guess}`?" if guess else "See all tasks with `ao run`."
        raise CommandError(f"There is no task `{error.name}` in ao.toml.", remedy=remedy, code=Code.USAGE) from error


def _told(each: Outlook) -> dict[str, object]:
    task = each.task
    return {
        "name": task.name,
        "description": task.description,
        "run": list(task.steps),
        "needs": list(task.needs),
        "makes": list(task.makes),
        "after": list(task.after),
        "parameters": dict(task.parameters),
        "datasets": dict(task.datasets),
        "state": each.state,
        "reason": each.reason,
    }


VERB = Verb("run", "Run tasks of ao.toml, such as fitting the model again, each after those it depends on.",
            RunRequest, run)  # fmt: skip
