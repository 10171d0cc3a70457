"""`ao sim run`: runs what is not finished of an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.sim.run import SimRunRequest
from anops_control.verbs.sim.run import run as do
from anops_model_interface.exit_codes import ExitCode  # noqa: TC002  Typer reads it

from ao.commands.sim.options import Json, Name, Project, Scheduler, Workspace  # noqa: TC001  the same
from ao.commands.sim.reporting import ran

EPILOG = """
`ao sim run sir`  run what `[experiments.sir]` of ao.toml says

`ao sim run boot --function boot.R:one --replicates 2000`  without an ao.toml

`ao sim run sir --scheduler tcp://cluster:8786`  on a Dask cluster

`ao sim run sir --workspace dev`  on what `ao workspace up dev` brought up

`ao sim run sir --bundle oras://registry.example.com/team/outbreak:1`  the code and data of a bundle
"""


def run(
    name: Name,
    *,
    function: Annotated[
        str | None, typer.Option("--function", metavar="FILE:FUNCTION", help="The function: `sir.R:simulate`.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--design", metavar="FILE", help="A CSV file with a parameter set in each row.")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option("--replicates", min=1, metavar="N", help="How often each parameter set is run.",
                                 show_default=False)
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="N", help="The seed of random numbers.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-j", min=1, metavar="N", help="How many run at once.",
                                 show_default=False)
    ] = None,
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="ADDRESS",
                                 help="Run the code and data of this bundle: `oras://HOST/NAME:TAG`.")
    ] = None,
    scheduler: Scheduler = None,
    workspace: Workspace = None,
    project: Project = None,
    as_json: Json = False,
) -> ExitCode:  # fmt: skip
    """Run an experiment: what is finished already is not run again.

    Each run has random numbers of its own, the same whoever makes it and in whatever order. A run that fails is tried
    again, then recorded with its error; the others go on. The results are a Parquet file with a row for each run.
    """
    request = SimRunRequest(
        folder=project or Path(), name=name, function=function, file=file, replicates=replicates, seed=seed,
        workers=workers, scheduler=scheduler, workspace=workspace, bundle=bundle,
    )  # fmt: skip
    return ran(lambda events: do(request, events), as_json=as_json)
