"""The options that the commands about schedules share."""

from __future__ import annotations

from typing import Annotated

import typer

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]…", help="The schedules; by default all.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
