"""`ao run`: runs the tasks of ao.toml, each after those it depends on."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.configuration import load
from anops_control.environment import interpreter_of
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.suggestions import nearest
from anops_control.tasks.definition import UnknownTaskError
from anops_control.tasks.failing import failure
from anops_control.tasks.from_configuration import graph_of, require_needs
from anops_control.tasks.plan import Outlook, outlook
from anops_control.tasks.runner import Ending, Runner
from anops_control.tasks.state import State
from anops_control.tasks.step_environment import step_environment
from anops_control.tasks.telling import TaskEvents
from anops_model_interface.codes import Code, ExitCode
from anops_project.sections.service import available_cpus
from rich.table import Table
from rich.text import Text

from ao import messages
from ao.tasks.reporting import PeopleReporter, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.configuration import Configuration
    from anops_control.tasks.graph import Graph

EPILOG = """
A task is a table of ao.toml:

```
[tasks.train]
run = "Rscript train.R"                 # a command, or a list of them
needs = ["data/*.csv", "train.R"]       # what it reads
makes = ["model.rds"]                   # what it writes
```

A task that needs what another one makes runs after it; `after = ["train"]` puts it there as well. A task is up
to date while the contents of what it needs and makes, and its definition, are as they were when it last
succeeded; a task without `needs` and `makes` always runs.

`ao run`  list the tasks, and say which are up to date

`ao run train`  run the task `train`, and before it those it depends on

`ao run train --force`  run it even where it is up to date
"""


def run(
    tasks: Annotated[
        list[str] | None, typer.Argument(metavar="[TASK]…", help="What to run.", show_default=False)
    ] = None,
    *,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            metavar="N",
            help="How many tasks may run side by side. By default as many as there are CPUs.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would run, and why.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run the named tasks even where they are up to date.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what happens as JSON, for programs.")] = False,
) -> ExitCode:
    """Run tasks of ao.toml, such as fitting the model again, each after those it depends on.

    Without TASK it lists the tasks. Tasks that do not depend on each other run side by side.
    """
    configuration = load()
    graph = graph_of(configuration)
    if not tasks:
        _list(graph, configuration, as_json=as_json)
        return ExitCode.OK
    order = _order(graph, tasks)
    require_needs(graph, order, configuration)
    forced = set(tasks) if force else set()
    state = State(configuration.folder)
    if dry_run:
        _show(outlook(graph, order, configuration.folder, state, forced), as_json=as_json)
        return ExitCode.OK
    runner = Runner(
        graph=graph,
        folder=configuration.folder,
        state=state,
        reporter=TaskEvents(Events(write_json if as_json else PeopleReporter(order).take)),
        environ=step_environment(configuration.folder, interpreter_of(configuration.project).path, os.environ),
        jobs=jobs or available_cpus(),
        forced=forced,
    )
    return asyncio.run(_run(runner, order))


async def _run(runner: Runner, order: Sequence[str]) -> ExitCode:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, runner.interrupt)
    outcomes = (await runner.run(order)).values()
    interrupted = [outcome.task.name for outcome in outcomes if outcome.ending is Ending.INTERRUPTED]
    if interrupted:
        messages.plain(f"Stopped: {', '.join(interrupted)}.")
        return ExitCode.INTERRUPTED
    error = failure(outcomes)
    if error is not None:
        raise error
    return ExitCode.OK


def _order(graph: Graph, names: Sequence[str]) -> tuple[str, ...]:
    try:
        return graph.order(names)
    except UnknownTaskError as error:
        guess = nearest(error.name, graph.tasks)
        if not graph.tasks:
            remedy = f"Add a table [tasks.{error.name}]; `ao run --help` shows one."
        else:
            remedy = f"Did you mean `ao run {guess}`?" if guess else "See all tasks with `ao run`."
        raise CommandError(f"There is no task `{error.name}` in ao.toml.", remedy=remedy, code=Code.USAGE) from error


def _list(graph: Graph, configuration: Configuration, *, as_json: bool) -> None:
    if not graph.tasks and not as_json:
        messages.note("There are no tasks in ao.toml yet.")
        messages.next_step("Add a table such as [tasks.train]; `ao run --help` shows one.")
        return
    found = outlook(graph, graph.order(graph.tasks), configuration.folder, State(configuration.folder), ())
    place = {name: position for position, name in enumerate(graph.tasks)}
    _show(sorted(found, key=lambda each: place[each.task.name]), as_json=as_json)


def _show(found: Sequence[Outlook], *, as_json: bool) -> None:
    if as_json:
        messages.result_json({"tasks": [_told(each) for each in found]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Task", "State", "Why", "Description"):
        table.add_column(heading, overflow="fold")
    for each in found:
        state = Text(each.state, style="green" if each.reason is None else "yellow")
        table.add_row(Text(each.task.name), state, Text(each.reason or ""), Text(each.task.description))
    messages.result_table(table)


def _told(each: Outlook) -> dict[str, object]:
    task = each.task
    return {
        "name": task.name,
        "description": task.description,
        "run": list(task.steps),
        "needs": list(task.needs),
        "makes": list(task.makes),
        "after": list(task.after),
        "state": each.state,
        "reason": each.reason,
    }
