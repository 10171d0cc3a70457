"""The environment variables of a task's steps: this very `ao` and the project's Python come first on PATH."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from anops_control.tasks.state import own_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RUN_AO = "import sys; sys.argv[0] = 'ao'; from ao.main import main; main()"


def step_environment(project: Path, python: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables for the steps of a project's tasks.

    Small scripts in the project's `.ao/bin` stand for the programs, since the folders they live in hold others
    too, and might hide the R or the Python that a person put first on PATH.

    Args:
        project: The project's folder.
        python: The Python that loads the project's model.
        environ: The environment variables of this process.
    """
    bin_folder = own_folder(project) / "bin"
    bin_folder.mkdir(exist_ok=True)
    # -P keeps a file of the project such as copy.py from hiding a module that ao itself imports.
    _write(bin_folder / "ao", f"{shlex.quote(sys.executable)} -P -c {shlex.quote(_RUN_AO)}")
    for name in ("python", "python3"):
        _write(bin_folder / name, shlex.quote(str(python)))
    path = [str(bin_folder)]
    if (python.parent.parent / "pyvenv.cfg").exists():
        path.append(str(python.parent))  # an environment's own programs: pytest, ruff, jupyter
    path.append(environ.get("PATH", os.defpath))
    # Without it, what a Python step prints shows only when the step ends.
    return {"PYTHONUNBUFFERED": "1", **environ, "PATH": os.pathsep.join(path)}


def _write(script: Path, command: str) -> None:
    text = f'#!/bin/sh\nexec {command} "$@"\n'
    if not script.exists() or script.read_text(encoding="utf-8") != text:
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)
