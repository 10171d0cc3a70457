"""`ao plot`: how the prediction moves with one column."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.errors import CommandError
from anops_control.verbs.plot import PlotRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.looking.options import (
    CaFileOption,
    KeyFileOption,
    UrlOption,
    key_in,
)
from ao.looking.plots import drawn_effect
from ao.presenting import presented

EPILOG = """
`ao plot wt`  in the terminal, the other columns as in the model's example

`ao plot wt --by cyl --at hp=110 --to effect.svg`  a line for each of a few values of another column, as a picture

Where the model can give an interval, it is drawn too. Pictures need an extra: `ao extra add plot`.
"""


def plot(
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="The column that moves.", show_default=False)],
    *,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="COLUMN", help="A second column: a line for each of a few values.", show_default=False
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="NAME=VALUE", help="What another column is; repeat it for several.", show_default=False
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            "-o",
            metavar="NAME=VALUE",
            help="An option of the model; repeat it for several.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="NAME", help="The column of the predictions to draw.", show_default=False),
    ] = None,
    points: Annotated[
        int, typer.Option("--points", metavar="N", help="How many values of a numeric column to try.")
    ] = 40,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Draw it into this file, .png or .svg.", show_default=False),
    ] = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the values as JSON, for programs.")] = False,
) -> None:
    """Show how the prediction of a running service moves with one column while the others stay."""
    request = PlotRequest(
        folder=Path(),
        column=column,
        by=by,
        at=tuple(_pair(each, "--at") for each in at or ()),
        options=tuple(_pair(each, "--option") for each in option or ()),
        output=output,
        points=points,
        to=to,
        url=url,
        key=key_in(key_file),
        ca_file=ca_file,
    )
    with presented() as events:
        made = run(request, events)
    if as_json:
        messages.result_json(made.to_dict())
    elif made.file is None:
        messages.result(drawn_effect(made))
    else:
        messages.success(f"Drew it into {made.file}.")


def _pair(written: str, flag: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign or not name.strip():
        raise CommandError(f"`{flag}` must be NAME=VALUE, not `{written}`.", code=Code.USAGE)
    return name.strip(), value.strip()
