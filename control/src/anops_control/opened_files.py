"""Notices which files of a folder a process opens: what a model reads beside itself, in whatever language.

The kernel tells what was opened (inotify, Linux), but not by whom; the process tells what it opened or looked for. What
both tell is the model's. Other programs open files of the folder too: those are never taken for the model's.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        self._began = 0.0
        self._handle = -1
        self._found: set[Path] = set()
        self._told: set[Path] = set()

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._began = time.time()
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

    def told(self, paths: Iterable[str]) -> None:
        """Take what the process tells.

        Args:
            paths: What it opened, or looked for, as real paths.
        """
        for path in map(Path, paths):
            self._told.add(_source(path.parent, path.name))

    def names(self) -> list[str]:
        """Return the files that the process opened, as paths in the folder; for a compiled module its source."""
        return self._there(self._told & {path.resolve() for path in self._found} if self.complete else self._told)

    def others(self) -> list[str]:
        """Return the files that were opened, but maybe by another program: the process did not tell of them.

        What was written meanwhile, such as a log, is no file that the model needs: it was saved without it.
        """
        return self._there({path for path in self._found if path.resolve() not in self._told and self._is_older(path)})

    def _is_older(self, path: Path) -> bool:
        try:
            return path.stat().st_mtime < self._began
        except OSError:
            return False

    def _there(self, paths: set[Path]) -> list[str]:
        inside = {path.relative_to(self._folder) for path in paths if path.is_file() and _seen(path, self._folder)}
        return sorted(path.as_posix() for path in inside)

    def _take(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            mark, mask, _, length = _HEAD.unpack_from(data, at)
            name = os.fsdecode(data[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0"))
            at += _HEAD.size + length
            if mask & _OVERFLOW:
                self.complete = False
            elif mark in self._places and name and not mask & _IS_FOLDER:
                self._found.add(_source(self._places[mark], name))


def _source(place: Path, name: str) -> Path:
    return place.parent / f"{name.partition('.')[0]}.py" if place.name == _COMPILED else place / name


def _seen(path: Path, folder: Path) -> bool:
    if not path.is_relative_to(folder):
        return False
    parts = path.relative_to(folder).parts
    return not any(part.startswith(".") or part in _SKIPPED for part in parts)


def _folders(folder: Path) -> Iterator[Path]:
    for here, inner, _ in os.walk(folder):
        inner[:] = [
            name
            for name in inner
            if not name.startswith(".") and name not in _SKIPPED and not Path(here, name, "pyvenv.cfg").exists()
        ]
        yield Path(here)
