"""The options that the commands about features share."""

from __future__ import annotations

from typing import Annotated

import typer

Views = Annotated[
    list[str] | None, typer.Argument(metavar="[VIEW]…", help="The feature views; by default all.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
