"""Notices when the files that a served model is made of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.project import CONFIG_NAME
from watchfiles import DefaultFilter, awatch

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator
    from pathlib import Path

    from anops_project.project import Project
    from watchfiles import Change

_CODE = frozenset({".py", ".r"})
_QUIET_MS = 300
"""How long nothing must change before a change counts: a model file takes a while to write."""
_LONGEST_MS = 5000


async def changes(project: Project, stop: asyncio.Event) -> AsyncIterator[list[str]]:
    """Tell which files of a project changed, until `stop` is set.

    Looked at are the folder of `ao.toml` and those of the model, its code and its `files`, without what is in folders
    below.

    Args:
        project: The project.
        stop: Ends it.

    Yields:
        The names of the files that changed, sorted, relative to the project's folder where they are in it.
    """
    exact = {project.folder / CONFIG_NAME}
    carried = [project.folder / name for name in project.model.files]
    inner = [path for folder in carried if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    for file in (project.artifact, project.code, *carried, *inner):
        if file is not None and not file.is_dir():
            exact |= {file, file.resolve()}
    folders = {file.parent for file in exact if file.parent.is_dir()}
    own = DefaultFilter()

    def counts(change: Change, path: str) -> bool:
        file = project.folder / path
        return file in exact or (file.suffix.lower() in _CODE and own(change, path))

    async for found in awatch(
        *folders, watch_filter=counts, stop_event=stop, recursive=False, step=_QUIET_MS, debounce=_LONGEST_MS
    ):
        yield sorted({_name(project.folder, path) for _, path in found})


def _name(folder: Path, path: str) -> str:
    file = folder / path
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else path
