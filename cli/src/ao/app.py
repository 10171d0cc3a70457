"""The command line of `ao`: what stands above all its commands."""

from __future__ import annotations

from typing import Annotated

import typer

from ao import elsewhere, messages
from ao.lazy_commands import CommandGroup

_EPILOG = """
**From a fitted model to an answer over HTTP:**

`ao init mtcars-mpg --model model.rds`  make a project around your model

`cd mtcars-mpg && ao check`  see that it loads and predicts as it should

`ao serve`  serve it here, on http://127.0.0.1:8080

`ao predict cars.csv`  in a second terminal: get the predictions

Every command tells more with `--help`, and `--json` makes what it reports readable for programs.
"""

app = typer.Typer(cls=CommandGroup, add_completion=True, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True, epilog=_EPILOG)
def ao(
    context: typer.Context,
    *,
    show_version: Annotated[bool, typer.Option("--version", help="Show the version of AnOps.")] = False,
) -> None:
    """Put a model that you have fitted in R or Python into production.

    A project is a folder with your model, `ao.toml` that describes it, and its tests. All commands work on
    the project in the current folder, or the nearest folder above it.
    """
    elsewhere.remember(None)
    if show_version:
        from importlib.metadata import version  # noqa: PLC0415  slow to import, and needed for this alone

        messages.result(f"ao {version('anops-cli')}")
    elif context.invoked_subcommand is None:
        messages.result(context.get_help())
