"""Which file of keys a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.configuration.locating import find_project
from anops_control.errors import CommandError
from anops_control.serving.door import KEYS
from anops_model_interface.codes import Code

FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help=f"The file of keys. By default {KEYS} of the project.",
        show_default=False,
    ),
]


def file_of(given: Path | None) -> Path:
    """Return the file of keys: the one that was given, else that of the project.

    Raises:
        CommandError: None was given, and there is no project here.
    """
    if given is not None:
        return given
    try:
        return find_project(Path()) / KEYS
    except CommandError:
        raise CommandError(
            "There is no project here, so it is not clear which keys are meant.",
            remedy="Go to the project's folder, or name the file of keys with --file keys.toml.",
            code=Code.PROJECT_NOT_FOUND,
        ) from None
