"""Lets one `ao run` at a time run a task of a project: others wait for their turn."""

from __future__ import annotations

import asyncio
import fcntl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from anops_control.tasks.state import own_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

UNDER_WAY = "AO_TASKS_UNDER_WAY"
"""The environment variable by which a step's own `ao run` knows what it is a part of."""

_LOOK_SECONDS = 0.2


def mark(project: Path, task: str) -> str:
    """Return what names a task of a project among those of all projects."""
    return f"{project.resolve()}/{quote(task, safe='')}"


def under_way(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the marks of the tasks whose steps this process is a part of."""
    return tuple(environ.get(UNDER_WAY, "").splitlines())


@asynccontextmanager
async def turn_of(
    task: str, project: Path, interrupted: asyncio.Event, tell: Callable[[], None]
) -> AsyncIterator[None]:
    """Wait until no other `ao run` runs a task; its lock goes with the process that has it.

    Args:
        task: The task's name.
        project: The project's folder.
        interrupted: Ends the waiting.
        tell: Is called where there is something to wait for.
    """
    folder = own_folder(project) / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / quote(task, safe="")).open("a", encoding="utf-8") as lock:
        told = False
        while not interrupted.is_set():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    tell()
                    told = True
                await asyncio.sleep(_LOOK_SECONDS)
        yield
