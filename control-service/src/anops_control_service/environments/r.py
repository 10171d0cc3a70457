"""A library of the R packages that a project's `DESCRIPTION` names and that are not there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.environment import find_r

from anops_control_service.environments import debian
from anops_control_service.environments.installer import failure, install
from anops_control_service.environments.kept import kept, key_of, made_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.events import Events

FILE = "DESCRIPTION"
_PROGRAM = Path(__file__).with_name("packages.R")
_LIBRARY = "library"


def library_for(folder: Path, repositories: Sequence[str], home: Path, events: Events, *, make: bool) -> dict[str, str]:
    """Return the environment variables by which R finds the packages of a project.

    Args:
        folder: The project's.
        repositories: Those that its `ao.toml` names.
        home: Where libraries are kept.
        events: Where it is told what is installed.
        make: Whether it is made where it is not kept.

    Raises:
        CommandError: A package can't be installed.
    """
    file, r = folder / FILE, find_r()
    if not file.is_file() or r is None:  # where R itself is not there, the verb says so
        return {}
    missing = _missing(file, os.environ)
    if not missing:
        return {}
    key = key_of("r", str(r.path), r.version, *missing, *repositories)
    found = kept(home, key)
    if found is None and not make:
        return {}

    def made(place: Path) -> None:
        events.step("Installing the R packages that DESCRIPTION names")
        _make(place, file, missing, repositories, events)

    return _variables(found or made_once(home, key, made, events))


def _missing(file: Path, env: Mapping[str, str]) -> list[str]:
    ended = subprocess.run(  # noqa: S603  R on PATH, as for models
        ["Rscript", "--vanilla", str(_PROGRAM), "missing", str(file)],  # noqa: S607  the same
        capture_output=True, text=True, check=False, env=dict(env), cwd="/", stdin=subprocess.DEVNULL,
    )  # fmt: skip
    lines = ended.stdout.splitlines()
    if ended.returncode:
        raise failure(FILE, (lines or ended.stderr.splitlines())[-10:])
    return lines


def _make(place: Path, file: Path, missing: Sequence[str], repositories: Sequence[str], events: Events) -> None:
    (place / _LIBRARY).mkdir(parents=True)
    names = [each.partition(" ")[0] for each in missing]
    debian.unpack(names, place, events)
    variables = _variables(place)
    env = {**os.environ, **variables}
    if _missing(file, env):
        command = ["Rscript", "--vanilla", str(_PROGRAM), "install", str(file), str(place / _LIBRARY), *repositories]
        install(command, events, folder=Path("/"), env=env, file=FILE, source="R")


def _variables(place: Path) -> dict[str, str]:
    """Let R find the library, and what compiled packages in it need of the system."""
    paths = {
        "R_LIBS": [place / _LIBRARY, *place.glob(debian.LIBRARY)],
        "LD_LIBRARY_PATH": list(place.glob(debian.SHARED)),
    }
    return {
        name: os.pathsep.join([*map(str, found), *([before] if (before := os.environ.get(name)) else [])])
        for name, found in paths.items()
        if found
    }
