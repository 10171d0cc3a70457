"""Names the project's folder in the commands that a person reads, where they work on a project from elsewhere."""

from __future__ import annotations

import os
import re
import shlex
from contextvars import ContextVar
from pathlib import Path

from anops_control.typed_folder import named_by

_FOLDER: ContextVar[str | None] = ContextVar("folder", default=None)
_COMMAND = re.compile(r"\bao (?P<name>build|check|config|predict|refit|run|serve)\b(?! --(?:help|list)\b)")
_WITH_FOLDER = {"build": "ao build {0}", "check": "ao check {0}", "config": "ao config {0}"} | {
    "refit": "ao refit --project {0}"
}
"""How a command takes a folder; the others work in the current one alone."""


def remember(folder: Path | None) -> None:
    """Remember which project a command works on.

    Args:
        folder: The folder as the person typed it; None where they work in the current one.
    """
    _FOLDER.set(None if folder is None or _is_here(folder) else str(folder))
    named_by.set(typed_folder)


def with_folder(text: str) -> str:
    """Return a text whose commands work where the person is."""
    folder = _FOLDER.get()
    if folder is None:
        return text
    return _COMMAND.sub(
        lambda found: _WITH_FOLDER.get(found["name"], "cd {0} && " + found[0]).format(shlex.quote(folder)), text
    )


def typed_folder() -> str:
    """Return the folder of the project that a command works on, as seen from where the person is."""
    from anops_control.configuration import find_project  # noqa: PLC0415  pydantic is slow to import
    from anops_control.errors import CommandError  # noqa: PLC0415  needed with it alone

    folder = _FOLDER.get()
    try:
        return os.path.relpath(find_project(Path(folder or ".")))
    except CommandError:
        return folder or "."


def _is_here(folder: Path) -> bool:
    from anops_control.configuration import find_project  # noqa: PLC0415  pydantic is slow to import
    from anops_control.errors import CommandError  # noqa: PLC0415  needed with it alone

    try:
        return find_project(Path()) == find_project(folder)
    except CommandError:
        return False
