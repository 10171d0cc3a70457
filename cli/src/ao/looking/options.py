"""The options of the commands that look at a running service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="Where the service is. By default the one that `ao serve` runs for this project, else at the port of "
        "ao.toml.",
        show_default=False,
    ),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="The file with the key or token of a service that needs one; by default the environment variable "
        "ANOPS_KEY has it.",
        show_default=False,
    ),
]
CaFileOption = Annotated[
    Path | None,
    typer.Option(
        "--ca-file",
        metavar="FILE",
        help="The certificate (PEM) of the authority behind a service with HTTPS, where the system does not know it.",
        envvar="ANOPS_CA_FILE",
        show_default=False,
    ),
]


def key_in(file: Path | None) -> str | None:
    """Return the key: never a flag, which every program of the computer could read.

    Raises:
        CommandError: The file holds none.
    """
    if file is None:
        return os.environ.get("ANOPS_KEY") or None
    try:
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"The key can't be read from `{file}`: {error}."
        raise CommandError(message, code=Code.FILE_UNREADABLE) from error
    if not key or not key.isprintable() or " " in key:
        raise CommandError(f"`{file}` must hold a key, and nothing else.", code=Code.FILE_UNREADABLE)
    return key
