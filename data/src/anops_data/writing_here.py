"""How versions get onto a board in a folder whole: made beside it, flushed, and moved in by one process at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from anops_data.changed_files import changed
from anops_data.digests import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.datasets.port import Advance, Wanted

_STALE_SECONDS = 86_400
ASIDE = ".partial"
"""What is behind the name of the folder beside a board, in which versions are made before they are in it."""


@contextmanager
def aside_of(root: Path) -> Iterator[Path]:
    """Give a folder beside the board, on its disk, and leave nothing of it behind."""
    aside = root.with_name(root.name + ASIDE)
    root.mkdir(parents=True, exist_ok=True)
    try:
        aside.mkdir(exist_ok=True)
    except OSError:
        aside = root / ASIDE
        aside.mkdir(exist_ok=True)
    for left in aside.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left)
    own = aside / uuid.uuid4().hex
    own.mkdir(parents=True)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        with suppress(OSError):
            aside.rmdir()


def copied(wanted: Wanted, target: Path, advance: Advance) -> int:
    """Copy a file that is to be added, and return its size.

    Raises:
        CommandError: It is not what was looked at before.
    """
    with target.open("wb", buffering=0) as file:
        found = digest(wanted.file, advance, file)
    if found != wanted.hash:
        raise changed(wanted.file)
    return target.stat().st_size


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Let no other process of this computer write versions of a dataset meanwhile."""
    while True:
        home.mkdir(parents=True, exist_ok=True)
        try:
            held = os.open(home, os.O_RDONLY)
        except FileNotFoundError:
            continue
        fcntl.flock(held, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.fstat(held).st_ino == home.stat().st_ino:
                break
        os.close(held)  # removed meanwhile
    try:
        yield
    finally:
        with suppress(OSError):
            home.rmdir()  # where nothing came of it
        os.close(held)


def flush(path: Path) -> None:
    """Have the system write a file or folder to the disk."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
