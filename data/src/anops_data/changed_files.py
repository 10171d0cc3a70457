"""A file that is changed while it is being added is told, and nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    import os
    from pathlib import Path


def require_same(file: Path, before: os.stat_result, after: os.stat_result) -> None:
    """Refuse a file that was changed between two looks.

    Raises:
        CommandError: It was.
    """
    if (after.st_mtime_ns, after.st_size) != (before.st_mtime_ns, before.st_size):
        raise changed(file)


def changed(file: Path) -> CommandError:
    """Return what is said of a file that was changed."""
    return CommandError(
        f"{file} was changed while it was being added; nothing of it is kept.",
        remedy="Add it again once it is complete.",
        code=Code.FILE_UNREADABLE,
    )
