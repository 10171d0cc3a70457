"""The program `docker compose`, or its older form `docker-compose`, as it is on this computer."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

from anops_control.child_environment import child_environment
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN_LINES = 6


@cache
def _program() -> tuple[str, ...]:
    docker = shutil.which("docker")
    if docker is not None:
        plugin = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)  # noqa: S603  found
        if plugin.returncode == 0:
            return (docker, "compose")
    older = shutil.which("docker-compose")
    if older is None:
        raise StandingError(
            "Docker Compose is not on this computer.",
            remedy="Install the plugin: https://docs.docker.com/compose/install/",
        )
    return (older,)


def up(folder: Path, name: str, *services: str) -> None:
    """Start services of the compose file in a folder; those that run stay as they are.

    Raises:
        StandingError: They can't be started.
    """
    _run(folder, name, "up", "--detach", "--no-deps", "--no-recreate", "--no-build", *services)


def down(folder: Path, name: str) -> None:
    """Remove what is left of a project, its network too; what services have kept stays.

    Raises:
        StandingError: It can't be removed.
    """
    _run(folder, name, "down", "--remove-orphans")


def _run(folder: Path, name: str, *command: str) -> None:
    asked = [*_program(), "--project-name", name, "--file", "compose.yaml", *command]
    done = subprocess.run(  # noqa: S603  found above
        asked, cwd=folder, env=child_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise StandingError(f"Docker Compose could not run its `{command[0]}`.", details=lines[-_SHOWN_LINES:])
