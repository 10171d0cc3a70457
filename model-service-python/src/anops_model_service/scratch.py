"""The folder for the workers' temporary files: one for a service, swept by the next where the service was killed."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "anops-workers-"


class Scratch:
    """A folder in the system's temporary folder, locked for as long as this process lives.

    The lock goes with the process, however that ends; so a folder without one is a leftover.

    Attributes:
        folder: The folder.
    """

    def __init__(self) -> None:
        self.folder, self._lock = _locked_folder()
        self._numbers = itertools.count(1)

    def subfolder(self) -> Path:
        """Make a folder for one process."""
        folder = self.folder / str(next(self._numbers))
        folder.mkdir(mode=0o700)
        return folder

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def sweep(self) -> list[Path]:
        """Remove what services that were killed have left beside this folder.

        Returns:
            The folders that were removed.
        """
        swept = []
        for folder in self.folder.parent.glob(f"{PREFIX}*"):
            lock = _lock(folder)
            if lock is None:
                continue
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            swept.append(folder)
        return swept


def _locked_folder() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = _lock(folder)
        # another service may have swept it between the two lines
        if lock is not None and folder.exists():
            return folder, lock
        if lock is None and folder.exists():
            # a file system without locks: nobody can sweep there either
            return folder, os.open(folder, os.O_RDONLY)
        if lock is not None:
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """Lock a folder of ours that nobody holds, else return None."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if os.fstat(descriptor).st_uid == os.getuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None
