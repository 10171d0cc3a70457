"""The options by which a person says how their file is written, the same for every command that reads one."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from anops_control.errors import CommandError
from anops_control.tables.dialect import Asked
from anops_model_interface.codes import Code

_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|", "space": " "}

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


def asked_of(encoding: str | None, separator: str | None, decimal: Literal[".", ","] | None) -> Asked:
    """Put together what a person says of their file.

    Raises:
        CommandError: The separator is no single sign.
    """
    sign = None if separator is None else _WORDS.get(separator, separator)
    if sign is not None and (len(sign) != 1 or sign in '"\r\n' or sign.isalnum()):
        raise CommandError(
            f"`--separator` must be a single sign, not `{separator}`.",
            remedy="Write it as `--separator ';'` or `--separator tab`.",
            code=Code.USAGE,
        )
    return Asked(encoding, sign, decimal)
