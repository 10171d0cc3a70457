"""The options by which a person says how their file is written, the same for every command that reads one."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

EncodingOption = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="The file's encoding, such as cp1252.", show_default=False),
]
SeparatorOption = Annotated[
    str | None,
    typer.Option("--separator", metavar="SIGN", help="The character between cells: , ; tab or |", show_default=False),
]
DecimalOption = Annotated[
    Literal[".", ","] | None, typer.Option("--decimal", help="The file's decimal mark.", show_default=False)
]
