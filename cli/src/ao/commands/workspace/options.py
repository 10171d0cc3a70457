"""The options that the commands about workspaces share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(help="The workspace.")]
Least = Annotated[
    int | None,
    typer.Option("--min-workers", min=0, metavar="N", help="How many workers there are at least.", show_default=False),
]
Most = Annotated[
    int | None,
    typer.Option(
        "--max-workers",
        min=1,
        metavar="N",
        help="How many at most, depending on the work there is.",
        show_default=False,
    ),
]
Project = Annotated[Path | None, typer.Option("--project", metavar="DIR", help="The project; by default the one here.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
