"""What was brought up: a folder for each workspace, written before anything is done, with a lock on it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_workspaces.failures import WorkspaceError
from anops_workspaces.ir import Ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT = 1
_FILE = "state.json"


class State:
    """What is kept of one workspace.

    Attributes:
        name: The workspace.
        place: Its folder.
    """

    def __init__(self, home: Path, name: str) -> None:
        self.name = name
        self.place = home / "workspaces" / name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else change the workspace meanwhile.

        The lock goes with the process that has it, however that ends.

        Raises:
            WorkspaceError: Somebody else has it.
        """
        locks = self.place.parent / ".locks"
        locks.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(locks / self.name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                who = os.pread(descriptor, 100, 0).decode(errors="replace") or "unknown"
                raise WorkspaceError(
                    f"Another `ao` is at work on the workspace `{self.name}` (process {who}).",
                    remedy="Wait until it is done, then ask again.",
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def is_locked(self) -> bool:
        """Say whether somebody is at work on it."""
        try:
            descriptor = os.open(self.place.parent / ".locks" / self.name, os.O_RDWR)
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

    def read(self) -> dict[str, Any] | None:
        """Return what is kept; None where there is no such workspace.

        Raises:
            WorkspaceError: It was written by another version of AnOps.
        """
        try:
            told: dict[str, Any] = json.loads((self.place / _FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        if told.get("format") != FORMAT:
            raise WorkspaceError(
                f"The workspace `{self.name}` was brought up by another version of AnOps (format "
                f"{told.get('format')}, this one reads {FORMAT}).",
                remedy="Take it down with the `ao` that brought it up.",
            )
        return told

    def require(self) -> tuple[dict[str, Any], Ir]:
        """Return what is kept.

        Raises:
            WorkspaceError: There is no such workspace.
        """
        told = self.read()
        if told is None:
            known = names(self.place.parents[1])
            raise WorkspaceError(
                f"There is no workspace `{self.name}`.",
                details=[f"There are {', '.join(f'`{each}`' for each in known)}."] if known else [],
                remedy=f"Bring it up: ao workspace up {self.name}",
            )
        return told, Ir.from_dict(told["ir"])

    def write(self, status: str, ir: Ir, connection: Mapping[str, Any] | None = None) -> None:
        """Keep what is known, whole or not at all."""
        told = {
            "format": FORMAT, "name": self.name, "status": status, "ir": ir.to_dict(),
            "connection": None if connection is None else dict(connection),
        }  # fmt: skip
        self.keep(_FILE, told)

    def keep(self, name: str, told: object) -> None:
        """Write a file of the workspace, whole or not at all."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.place / name, json.dumps(told, indent=1))

    def forget(self) -> None:
        """Remove all that is kept; the state itself last, so that a crash midway is found."""
        if not self.place.is_dir():
            return
        for each in self.place.iterdir():
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != _FILE:
                each.unlink(missing_ok=True)
        shutil.rmtree(self.place)


def names(home: Path) -> list[str]:
    """Return the workspaces that are kept."""
    return sorted(each.parent.name for each in (home / "workspaces").glob(f"*/{_FILE}"))


def write_whole(file: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
