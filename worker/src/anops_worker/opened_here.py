"""Tells the process that waits which files of the folder this process opens itself, or asks for by name.

The kernel tells that a file was opened, but not by whom: another program's files are none of the model's.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from anops_worker.progress import listener

_WHICH = {"open": 0, "import": 1, "sqlite3.connect": 0, "ctypes.dlopen": 0}
"""The events of Python's own audit that name a file, and which of their arguments does."""

_ONLY_WRITTEN = os.O_WRONLY
_seen: set[str] = set()
_folders: list[str] = []


def tell_what_is_opened() -> None:
    """Begin to tell, for good: a hook of the audit stays. The folder is the one that the process is in."""
    _folders.append(f"{Path.cwd().resolve()}{os.sep}")
    sys.addaudithook(_heard)


def telling() -> bool:
    """Return whether it is told."""
    return bool(_folders)


def opened(path: str | bytes) -> None:
    """Tell of one file, unless it lies elsewhere or was told.

    Args:
        path: As it was named.
    """
    named = Path(os.fsdecode(path)).expanduser()
    name = str(named.absolute())
    if name in _seen:
        return
    _seen.add(name)
    real = str(named.resolve())
    if any(real.startswith(folder) for folder in _folders):
        listener.hears({"opened": real})


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    at = _WHICH.get(event)
    if at is None or len(arguments) <= at or not isinstance(arguments[at], str | bytes | os.PathLike):
        return
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE == _ONLY_WRITTEN:
        return
    try:
        opened(os.fspath(arguments[at]))
    except (OSError, ValueError, RuntimeError):
        return  # no path of a file
