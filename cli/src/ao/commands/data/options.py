"""The options that the commands about datasets share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Board = Annotated[
    str | None,
    typer.Option(
        "--board",
        metavar="ADDRESS",
        help="A board other than that of `[data]`: a folder, or an address such as s3://bucket/folder.",
    ),
]
Project = Annotated[Path | None, typer.Option("--project", metavar="DIR", help="The project; by default the one here.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
Version = Annotated[
    str | None,
    typer.Option(
        "--version", metavar="VERSION", help="The version, or how it or its hash begins; by default the latest."
    ),
]
