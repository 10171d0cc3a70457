"""Whether a project's files are still those that a process has loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.project import Project

CODE = (".py", ".R", ".r")
_NOT_THE_MODELS = frozenset({"tests", "__pycache__", "renv", "node_modules"})

Stamp = dict[str, tuple[int, int, int]]


def stamp(project: Project) -> Stamp:
    """Return time, size and inode of the files that make a project's model.

    Args:
        project: The project: its `ao.toml`, its artifact, its `files` and all code in its folder count.
    """
    carried = [project.folder / name for name in project.model.files]
    known = (project.folder / "ao.toml", project.artifact, *carried)
    paths = [os.fspath(path) for path in known if path is not None]
    for folder in carried:
        paths += [os.fspath(path) for path in folder.rglob("*") if folder.is_dir()]
    paths += _code(project.folder)
    found: Stamp = {}
    for path in paths:
        try:
            state = os.stat(path)  # noqa: PTH116  texts, not paths
        except OSError:
            continue
        found[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found


def _code(folder: Path) -> list[str]:
    files = []
    for here, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if name not in _NOT_THE_MODELS
            and not name.startswith(".")
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))  # noqa: PTH110, PTH118
        ]
        files += [os.path.join(here, name) for name in names if name.endswith(CODE)]  # noqa: PTH118
    return files
