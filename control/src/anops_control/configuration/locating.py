"""Finds the project that a command works on."""

from __future__ import annotations

from pathlib import Path

from anops_model_interface.codes import Code
from anops_project.project import CONFIG_NAME

from anops_control.errors import CommandError


def find_project(start: Path) -> Path:
    """Return the folder with the nearest `ao.toml`: that of `start`, or of a folder above it.

    Args:
        start: Where to look first.

    Raises:
        CommandError: There is none.
    """
    folder = start.resolve()
    if not folder.is_dir():
        raise CommandError(f"There is no folder `{start}`.", code=Code.PROJECT_NOT_FOUND)
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIG_NAME).is_file():
            return candidate
    where = "here" if start == Path() else f"in `{start}`"
    raise CommandError(
        f"There is no {CONFIG_NAME} {where}, nor in a folder above.",
        remedy="Make a project of your fitted model: ao init --model FILE; or change to the folder of a project.",
        code=Code.PROJECT_NOT_FOUND,
    )
