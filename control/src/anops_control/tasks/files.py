"""Which files an entry of `needs` or `makes` stands for, and what they hold."""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.tasks.datasets import latest
from anops_control.tasks.definition import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

_IGNORED = frozenset({".anops", ".ao", ".git", "__pycache__"})


def normal(entry: str) -> str:
    """Return a path as it is compared: no `./`, no doubled or trailing slash."""
    return os.path.normpath(entry)


def is_pattern(entry: str) -> bool:
    """Say whether an entry is a pattern such as `data/*.csv` rather than a path."""
    return any(mark in entry for mark in "*?[")


def covers(entry: str, path: str) -> bool:
    """Say whether an entry of `needs` takes in a path that a task makes.

    It does where they are the same, where one is a folder that holds the other, and where the pattern fits.
    """
    if entry.startswith(DATA) or path.startswith(DATA):
        return entry == path
    if is_pattern(entry):
        return _expression(normal(entry)).fullmatch(normal(path)) is not None
    one, other = Path(normal(entry)), Path(normal(path))
    return one == other or one in other.parents or other in one.parents


def files_of(entry: str, folder: Path) -> list[str]:
    """Return the files that an entry stands for now, sorted, relative to `folder` where they are in it."""
    if entry.startswith(DATA):
        return [entry] if latest(folder, entry.removeprefix(DATA)) else []
    found = sorted(glob(normal(entry), root_dir=folder, recursive=True)) if is_pattern(entry) else [normal(entry)]  # noqa: PTH207  Path.glob takes no absolute pattern
    return [file for path in found for file in _inside(path, folder)]


def digests(entries: Iterable[str], folder: Path, *, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """Return a digest of the content of every file that the entries stand for.

    Args:
        entries: Entries of `needs` or `makes`.
        folder: The project's folder.
        leave_out: Paths that are not looked at, nor anything in them: what the task itself makes.
    """
    own = [Path(normal(path)) for path in leave_out]
    files = {file for entry in entries for file in files_of(entry, folder)}
    return {
        file: latest(folder, file.removeprefix(DATA)) if file.startswith(DATA) else _digest(folder / file)
        for file in sorted(files)
        if not any(path == Path(file) or path in Path(file).parents for path in own)
    }


def _inside(path: str, folder: Path) -> list[str]:
    place = folder / path
    if place.is_file():
        return [path]
    found = []
    for parent, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if name not in _IGNORED)
        found += [str(Path(parent) / name) for name in sorted(files)]
    return [file if Path(path).is_absolute() else os.path.relpath(file, folder) for file in found]


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:  # it went away between listing and reading, or may not be read: never up to date
        return ""


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """Translate a pattern of `glob`: `**` spans folders, `*` and `?` do not."""
    parts = []
    for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", pattern):
        if part == "**/":
            parts.append(r"(?:.+/)?")
        elif part == "**":
            parts.append(r".*")
        elif part == "*":
            parts.append(r"[^/]*")
        elif part == "?":
            parts.append(r"[^/]")
        elif part.startswith("[") and part.endswith("]"):
            parts.append("[" + part[1:-1].replace("!", "^", 1) + "]" if part[1] == "!" else part)
        else:
            parts.append(re.escape(part))
    return re.compile("".join(parts), re.DOTALL)
