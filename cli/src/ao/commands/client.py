"""`ao client`: gives the package that asks a served model, for the R or Python of this computer or another."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.events import Events
from anops_control.verbs.client import ClientRequest, run

from ao import messages

EPILOG = """
`ao client r`  write the package into a file, for an R on any computer

`ao client r --install`  install it into this computer's R

`ao client python`  write the package into a file, for a Python on any computer

`ao client python --install`  install it into the active environment, or the Python on PATH
"""


def client(
    language: Annotated[Literal["r", "python"], typer.Argument(help="What the client is for.")],
    *,
    install: Annotated[bool, typer.Option("--install", help="Install it into the R or Python on PATH.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="The folder of the file; by default the current one."),
    ] = None,
) -> None:
    """Get the package that asks a served model: `anops::predict_remote()` in R, `anops.Client` in Python.

    It comes with `ao`, and needs nothing of `ao` where it is used.
    """
    request = ClientRequest(
        language=language, output=output or Path(), install=install, python=_active_python() if install else None
    )
    result = run(request, Events())
    if language == "python":
        if result.file is None:
            messages.success(f"The Python client is installed where {result.python} finds it: import anops.")
            return
        messages.success(f"The Python client is in {result.file}. In the environment where it is to be used:")
        messages.next_step(f"python3 -m pip install {shlex.quote(str(result.file))}")
    elif result.file is None:
        messages.success("The R package `anops` is installed: library(anops).")
    else:
        messages.success(f"The R package is in {result.file}. In R, where it is to be used:")
        messages.next_step(f'install.packages("{result.file.as_posix()}", repos = NULL, type = "source")')


def _active_python() -> Path | None:
    active = [
        Path(os.environ[name], "bin", "python") for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)
    ]
    on_path = [Path(found) for name in ("python3", "python") if (found := shutil.which(name))]
    return next((each for each in [*active, *on_path] if each.exists()), None)
