"""What is kept of one thing that stands: a folder with its state, and a lock that goes with who has it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_control.standing.failure import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "state.json"


class Kept:
    """A folder among others of its kind.

    Attributes:
        name: What it is called.
        place: Its folder.
        what: What it is, in words: "the workspace `dev`".
    """

    def __init__(self, place: Path, what: str) -> None:
        self.name = place.name
        self.place = place
        self.what = what

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else change it meanwhile.

        The lock goes with the process that has it, however that ends.

        Raises:
            BusyError: Somebody else has it.
        """
        locks = self.place.parent / ".locks"
        locks.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(locks / self.name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                who = os.pread(descriptor, 100, 0).decode(errors="replace") or "unknown"
                raise BusyError(
                    f"Another `ao` is at work on {self.what} (process {who}).",
                    remedy="Wait until it is done, then ask again.",
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def is_locked(self) -> bool:
        """Say whether somebody is at work on it."""
        return is_held(self.place.parent / ".locks" / self.name)

    def read(self) -> dict[str, Any] | None:
        """Return what is kept; None where nothing is."""
        try:
            told: dict[str, Any] = json.loads((self.place / FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return told

    def write(self, told: object) -> None:
        """Keep what is known, whole or not at all."""
        self.keep(FILE, told)

    def keep(self, name: str, told: object) -> None:
        """Write a file of it, whole or not at all."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.place / name, json.dumps(told, indent=1))

    def forget(self) -> None:
        """Remove all that is kept; the state itself last, so that a crash midway is found."""
        if not self.place.is_dir():
            return
        for each in self.place.iterdir():
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != FILE:
                each.unlink(missing_ok=True)
        shutil.rmtree(self.place)


def is_held(lock: Path) -> bool:
    """Say whether a living process has the lock of a file."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def names(folder: Path) -> list[str]:
    """Return what is kept in a folder."""
    return sorted(each.parent.name for each in folder.glob(f"*/{FILE}"))


def write_whole(file: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
