"""The options that the commands about monitoring share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Project = Annotated[Path | None, typer.Option("--project", metavar="DIR", help="The project; by default the one here.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
Log = Annotated[
    Path | None, typer.Option("--log", metavar="FILE", help="A log other than the project's.", show_default=False)
]
