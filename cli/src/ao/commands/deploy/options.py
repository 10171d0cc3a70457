"""The options that the commands about environments share."""

from __future__ import annotations

from typing import Annotated

import typer

Environment = Annotated[
    str, typer.Argument(metavar="ENVIRONMENT", help="The environment: a `[deployment.NAME]` of ao.toml.")
]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]
