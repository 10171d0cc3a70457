"""Notices which files of a folder a process opens: what a model reads beside itself, in whatever language.

The kernel tells (inotify, Linux): so a file that `file.path()`, a C library or an import of an import opens is seen
like any other, which no look at the code could promise. Elsewhere nothing is seen, and `complete` says so.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN, _IS_FOLDER, _OVERFLOW = 0x20, 0x40000000, 0x4000
_HEAD = struct.Struct("iIII")
_MOST_FOLDERS = 500
_COMPILED = "__pycache__"
_SKIPPED = frozenset({"node_modules", "renv", "site-packages"})


class OpenedFiles:
    """A watch over a folder and those in it, without hidden ones and installed packages.

    Attributes:
        complete: Whether all that is opened is seen.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare a watch.

        Args:
            folder: The folder.
        """
        self.complete = False
        self._folder = folder.resolve()
        self._places: dict[int, Path] = {}
        self._handle = -1
        self._found: set[Path] = set()

    def __enter__(self) -> Self:
        """Begin to watch."""
        if sys.platform == "linux":
            system: Any = ctypes.CDLL(None, use_errno=True)
            self._handle = system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._handle >= 0:
            self.complete = True
            for number, place in enumerate(_folders(self._folder)):
                mark = system.inotify_add_watch(self._handle, os.fsencode(place), _OPEN)
                if mark < 0 or number > _MOST_FOLDERS:
                    self.complete = False
                    break
                self._places[mark] = place
        return self

    def __exit__(self, *_: object) -> None:
        """End the watch, and see what was opened."""
        if self._handle < 0:
            return
        with suppress(OSError):
            while data := os.read(self._handle, 1 << 16):
                self._take(data)
        os.close(self._handle)

    def names(self) -> list[str]:
        """Return the files that were opened, as paths in the folder; for a compiled module its source."""
        there = {path for path in self._found if path.is_file() and not path.name.startswith(".")}
        return sorted(path.relative_to(self._folder).as_posix() for path in there)

    def _take(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            mark, mask, _, length = _HEAD.unpack_from(data, at)
            name = os.fsdecode(data[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0"))
            at += _HEAD.size + length
            if mask & _OVERFLOW:
                self.complete = False
            elif mark in self._places and name and not mask & _IS_FOLDER:
                place = self._places[mark]
                if place.name == _COMPILED:
                    place, name = place.parent, f"{name.partition('.')[0]}.py"
                self._found.add(place / name)


def _folders(folder: Path) -> Iterator[Path]:
    for here, inner, _ in os.walk(folder):
        inner[:] = [
            name
            for name in inner
            if not name.startswith(".") and name not in _SKIPPED and not Path(here, name, "pyvenv.cfg").exists()
        ]
        yield Path(here)
