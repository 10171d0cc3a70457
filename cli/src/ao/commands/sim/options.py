"""The options that the commands about experiments share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(help="The experiment: `[experiments.NAME]` of ao.toml.")]
Project = Annotated[Path | None, typer.Option("--project", metavar="DIR", help="The project; by default the one here.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler, such as tcp://host:8786."
    ),
]
Workspace = Annotated[
    str | None, typer.Option("--workspace", metavar="NAME", help="Run on the cluster that `ao workspace up` made.")
]
