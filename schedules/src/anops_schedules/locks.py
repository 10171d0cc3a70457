"""Locks that go with the process that has them: one runner for a project, one run of a schedule."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO


def take(folder: Path, name: str) -> TextIO | None:
    """Take a lock, which is let go by closing it; None where somebody has it.

    Args:
        folder: Where locks are.
        name: What it is called.
    """
    place = folder / "locks"
    place.mkdir(parents=True, exist_ok=True)
    file = (place / quote(name, safe="")).open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextmanager
def marked(folder: Path, name: str) -> Iterator[None]:
    """Let others see meanwhile that something is going on; its name is never used again."""
    file = take(folder, name)
    try:
        yield
    finally:
        (folder / "locks" / quote(name, safe="")).unlink(missing_ok=True)
        if file is not None:
            file.close()


def is_marked(folder: Path, name: str) -> bool:
    """Whether something is going on, as `marked` says."""
    path = folder / "locks" / quote(name, safe="")
    if not path.exists():
        return False
    with path.open("r", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
