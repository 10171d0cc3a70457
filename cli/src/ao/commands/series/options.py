"""The options that the commands of series share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

LevelOption = Annotated[
    list[float] | None,
    typer.Option(
        "--level",
        metavar="PERCENT",
        help="The coverage of an interval, such as 80; repeat it for several. By default 80 and 95.",
        show_default=False,
    ),
]
ForecasterOption = Annotated[
    str | None,
    typer.Option(
        "--forecaster",
        metavar="NAME",
        help="Which model forecasts, where there are several for each series.",
        show_default=False,
    ),
]
RegressorsOption = Annotated[
    Path | None,
    typer.Option(
        "--regressors",
        metavar="FILE",
        help="The regressors of the future: CSV with times (and keys) and the model's regressors.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write the answer as JSON, for programs.")]


def pairs_of(written: str, flag: str) -> tuple[tuple[str, str], ...]:
    """Return the key columns of a series and their values, written as `shop=7` or `shop=7,product=tea`.

    Raises:
        CommandError: It is written in another way.
    """
    found = []
    for each in written.split(","):
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise CommandError(f"`{flag}` must be NAME=VALUE, not `{written}`.", code=Code.USAGE)
        found.append((name.strip(), value.strip()))
    return tuple(found)
