"""`ao workspace up`: brings a cluster up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import CancelledError
from anops_control.verbs.workspace.up import WorkspaceUpRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.workspace.options import Json, Least, Most, Name, Project  # noqa: TC001  Typer reads them
from ao.commands.workspace.showing import show_stages, workers_text
from ao.presenting import presented, signals_cancel

EPILOG = """
`ao workspace up dev`  processes of this computer

`ao workspace up dev --min-workers 2 --max-workers 10`  as many as there is work for

`ao workspace up dev --provider providers/cluster.yaml --dry-run`  see what would be made
"""


def up(
    name: Name,
    *,
    provider: Annotated[
        str | None,
        typer.Option(
            "--provider",
            metavar="NAME",
            help="Where it runs: NAME.yaml in `providers` of the project or of ~/.anops, or a YAML file. By default "
            "`local`; one that was lost comes up where it was.",
        ),
    ] = None,
    min_workers: Least = None,
    max_workers: Most = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what each stage makes, and do nothing.")] = False,
    project: Project = None,
    as_json: Json = False,
) -> ExitCode:
    """Bring a workspace up: a Dask cluster that stays until it is taken down.

    Scheduler, workers and clients speak TLS; the dashboard is for this computer alone.
    """
    request = WorkspaceUpRequest(
        folder=project or Path(), name=name, provider=provider, min_workers=min_workers, max_workers=max_workers,
        dry_run=dry_run,
    )  # fmt: skip
    try:
        with presented() as events, signals_cancel(events):
            told = run(request, events).to_dict()
    except CancelledError:
        messages.plain(f"Stopped; nothing of `{name}` is left.")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
    elif dry_run:
        show_stages(told)
    else:
        state = "is up already" if told["was_up"] else "is up"
        messages.success(f"`{name}` {state}, with {workers_text(told)}. Its dashboard: {told['dashboard']}")
        messages.next_step(f"Run an experiment on it: ao sim run NAME --workspace {name}")
    return ExitCode.OK
