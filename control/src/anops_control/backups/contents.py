"""What of a folder belongs in a backup: all of it, but for what is made anew or holds only here."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from anops_project.project import CONFIG_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIX = ".anops-backup"
"""How files of backups end; none is part of another."""
CONTROL = ".anops-control"
"""The control service's own folder, beside the projects."""
_MADE_ANEW = frozenset({".venv", "__pycache__", ".Rproj.user", "node_modules", ".nox", ".pytest_cache", ".mypy_cache",
                        ".ruff_cache"})  # fmt: skip
_PATHS_MADE_ANEW = (".ao/serving", ".anops/models", "renv/library", f"{CONTROL}/environments")
"""Services that run here; versions that were fetched from the registry; installed packages."""
_FILES = frozenset({"keeper.lock", "tracking.db.lock", "tracking.db.moving.lock", "lock", "token"})
"""Locks, and the secret of a control service: another one makes its own."""
_OF_A_PERSON = frozenset({"data", "artifacts"})
"""Where files below `.anops` have the names that a person gave them."""
_BESIDE_DATABASES = ("-wal", "-shm", "-journal")
_MARK = b"SQLite format 3\0"

STORES = {
    "registry": (".anops/tracking.db", ".anops/artifacts"),
    "data": (".anops/data",),
    "predictions": (".anops/predictions.db", ".anops/predictions"),
    "monitoring": (".anops/baseline.parquet", ".anops/incidents.db", ".anops/retraining"),
    "features": (".anops/features.db",),
    "series": (".anops/series.db",),
    "experiments": (".anops/experiments", ".anops/calibrations", ".anops/bundles"),
    "schedules": (".anops/schedules",),
    "training": (".anops/training", ".anops/metaflow", ".anops/pending"),
    "environments": (".anops/deployments", ".anops/promotions"),
    "images": (".anops/images",),
    "jobs": (f"{CONTROL}/jobs.sqlite", f"{CONTROL}/keys.toml"),
}
"""What people call the stores, and where each lies in a project, or beside the projects."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that belongs in.

    Attributes:
        path: Where it is.
        name: Its path in the folder, with `/`.
        is_database: Whether it is a database of SQLite, which others may be writing to.
    """

    path: Path
    name: str
    is_database: bool


def files_in(folder: Path) -> Iterator[Found]:
    """Yield the files of a folder, databases first: what they name is then at hand when its turn comes."""
    found = [_found(path, folder) for path in _walked(folder)]
    yield from sorted(found, key=lambda each: (not each.is_database, each.name))


def homes_in(folder: Path) -> list[Path]:
    """Return the projects in a folder: itself, or those of a control service."""
    if (folder / CONFIG_NAME).is_file() or not (folder / CONTROL).is_dir():
        return [folder]
    return sorted(each.parent for each in folder.glob(f"*/{CONFIG_NAME}"))


def store_of(name: str) -> str:
    """Return what people call the store that a file belongs to; the project itself where it is in none."""
    inside = PurePosixPath(name)
    parts = [inside, *(inside.relative_to(each) for each in inside.parents[:-1])]
    for store, places in STORES.items():
        if any(part == PurePosixPath(place) or part.is_relative_to(place) for part in parts for place in places):
            return store
    return "project"


def is_database(path: Path) -> bool:
    """Say whether a file is a database of SQLite."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MARK)) == _MARK
    except OSError:
        return False


def copied(database: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever writes to it meanwhile.

    Raises:
        sqlite3.Error: It can't be read.
    """
    source = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _walked(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        inside = Path(place)
        within = inside.relative_to(folder)
        kept = [each for each in folders if each not in _MADE_ANEW and not is_made_anew((within / each).as_posix())]
        links = [each for each in kept if (inside / each).is_symlink()]
        folders[:] = sorted(set(kept) - set(links))
        for name in (*names, *links):
            path = inside / name
            if path.is_symlink() or (path.is_file() and not _is_left_out(path)):
                yield path


def is_made_anew(name: str) -> bool:
    """Say whether a folder, by its path in what is backed up, is left out since it is made anew."""
    return name == ".locks" or any(name == each or name.endswith(f"/{each}") for each in (*_PATHS_MADE_ANEW, ".locks"))


def _is_left_out(path: Path) -> bool:
    own = next((place for place in path.parents if place.name in {".anops", CONTROL}), None)
    if own is not None and path.name in _FILES and path.relative_to(own).parts[0] not in _OF_A_PERSON:
        return True
    beside = next((end for end in _BESIDE_DATABASES if path.name.endswith(end)), None)
    if path.name.endswith(SUFFIX):
        return True
    return beside is not None and is_database(path.with_name(path.name.removesuffix(beside)))


def _found(path: Path, folder: Path) -> Found:
    return Found(path, path.relative_to(folder).as_posix(), not path.is_symlink() and is_database(path))
