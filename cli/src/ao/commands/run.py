"""`ao run`: runs the tasks of ao.toml, each after those it depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.events import CancelledError, Events
from anops_control.verbs.run import RunRequest
from anops_control.verbs.run import run as do
from anops_model_interface.exit_codes import ExitCode
from rich.table import Table
from rich.text import Text

from ao import messages
from ao.presenting import signals_cancel
from ao.tasks.reporting import PeopleReporter, write_json

if TYPE_CHECKING:
    from anops_control.verbs.run import RunResult

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

`ao run train --set rows=100`  with another value of a parameter

`ao run report --from train`  begin with `train`: what comes before it is taken as done

`ao run train --debug`  in this terminal: `browser()` and `breakpoint()` stop there
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
    track: Annotated[
        bool, typer.Option("--track", help="Keep it as a run; `ao runs list` shows them. It needs the extra tracking.")
    ] = False,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Set a parameter, in each task that has it; TASK.NAME=VALUE in one. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="TASK", help="Begin with it: what comes before is taken as done.", show_default=False
        ),
    ] = None,
    only: Annotated[bool, typer.Option("--only", help="Run the named tasks alone, none of those before them.")] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", help="Run one step after the other in this terminal, with the debugger of R or Python."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what happens as JSON, for programs.")] = False,
) -> ExitCode:
    """Run tasks of ao.toml, such as fitting the model again, each after those it depends on.

    Without TASK it lists the tasks. Tasks that do not depend on each other run side by side.
    """
    request = RunRequest(
        folder=Path(),
        tasks=tuple(tasks or ()),
        jobs=jobs,
        dry_run=dry_run,
        force=force,
        track=track,
        values=tuple(values or ()),
        begin=begin,
        only=only,
    )
    if debug:
        from ao.tasks.debugging import debug as at_the_terminal  # noqa: PLC0415  few want it

        return at_the_terminal(request)
    events = Events(write_json if as_json else PeopleReporter().take)
    try:
        with signals_cancel(events):
            result = do(request, events)
    except CancelledError as error:
        messages.plain(str(error))
        return ExitCode.INTERRUPTED
    if result.outcomes:
        return ExitCode.OK
    if not result.has_tasks and not as_json:
        messages.note("There are no tasks in ao.toml yet.")
        messages.next_step("Add a table such as [tasks.train]; `ao run --help` shows one.")
    else:
        _show(result, as_json=as_json)
    return ExitCode.OK


def _show(result: RunResult, *, as_json: bool) -> None:
    if as_json:
        messages.result_json(result.to_dict())
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Task", "State", "Why", "Description"):
        table.add_column(heading, overflow="fold")
    for each in result.planned:
        state = Text(each.state, style="green" if each.reason is None else "yellow")
        table.add_row(Text(each.task.name), state, Text(each.reason or ""), Text(each.task.description))
    messages.result_table(table)
