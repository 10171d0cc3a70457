"""Where projects and their files are; no name leads out of the root folder."""

from __future__ import annotations

import os
import re
from pathlib import Path

from anops_model_interface.codes import Code

from anops_control_service.problems import RefusedError

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST = 100


def folder_of(root: Path, name: str, *, must_exist: bool = True) -> Path:
    """Return the folder of a project.

    Raises:
        RefusedError: It can't be a name, there is no such project, or it is a link to somewhere else.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise RefusedError(
            f"A project can't be named `{name[:_LONGEST]}`.",
            code=Code.USAGE,
            remedy=f"Use lower-case letters and digits, with `-`, `_` or `.` between them, at most {_LONGEST}.",
        )
    folder = root / name
    if leads_out(root, folder):
        raise RefusedError(
            f"`{name}` is a link to a folder outside those of the projects.",
            code=Code.PROJECT_NOT_FOUND,
            remedy=f"Whoever runs the service can put the project itself at `{name}`, or start a service for it.",
        )
    if must_exist and not folder.is_dir():
        raise RefusedError(
            f"There is no project `{name}`.",
            code=Code.PROJECT_NOT_FOUND,
            remedy=f"Send its model first: PUT /v1/projects/{name}/files/FILE",
        )
    return folder


def leads_out(root: Path, folder: Path) -> bool:
    """Say whether a folder of the root is a link to what is not below it, or is the service's own."""
    home, real = Path(os.path.realpath(root)), Path(os.path.realpath(folder))
    return not real.is_relative_to(home) or real == home or any(part[0] == "." for part in real.relative_to(home).parts)


def file_in(folder: Path, path: str) -> Path:
    """Return a file of a project, which may not be there yet.

    Raises:
        RefusedError: It lies outside the project.
    """
    home = folder.resolve()
    resolved = (folder / path).resolve() if "\0" not in path else home
    if not resolved.is_relative_to(home) or resolved == home:
        raise RefusedError(
            f"`{path[:200]}` is not a file of the project.",
            code=Code.USAGE,
            remedy="Name it by its path below the project's folder.",
        )
    return resolved
