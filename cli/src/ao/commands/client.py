"""`ao client`: gives the package that asks a served model, for the R or Python of this computer or another."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.environment import lacks, require_r
from anops_control.errors import CommandError
from anops_control.python_client import write_wheel
from anops_model_interface.codes import Code
from anops_project.packages import install_line

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
    if language == "python":
        _python(output, install=install)
        return
    sources = _sources()
    if install:
        _install(sources)
        messages.success("The R package `anops` is installed: library(anops).")
        return
    version = next(line.split()[1] for line in _description(sources) if line.startswith("Version:"))
    file = (output or Path()) / f"anops_{version}.tar.gz"
    try:
        with tarfile.open(file, "w:gz") as archive:
            archive.add(sources, arcname="anops", filter=_without_tests)
    except OSError as error:
        raise CommandError(f"Can't write `{file}`: {error.strerror}.", code=Code.FILE_UNWRITABLE) from error
    messages.success(f"The R package is in {file}. In R, where it is to be used:")
    messages.next_step(f'install.packages("{file.as_posix()}", repos = NULL, type = "source")')


def _sources() -> Path:
    spec = find_spec("anops_model_service_r")
    if spec is None or spec.origin is None:
        here = Path(sys.executable)
        install = install_line(here, ["anops-model-service-r"], has_pip=not lacks(here, "pip"))
        raise CommandError(
            "The R package comes with `anops-model-service-r`, which is not installed beside `ao`.",
            remedy=f"Install it where `ao` is: {install}",
            code=Code.ENVIRONMENT,
        )
    return Path(spec.origin).parent / "r" / "anops"


def _description(sources: Path) -> list[str]:
    return (sources / "DESCRIPTION").read_text(encoding="utf-8").splitlines()


def _without_tests(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if entry.name == "anops/tests":
        return None
    # whoever made the file is nobody's concern, and R wants folders that it can write into
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def _install(sources: Path) -> None:
    command = [str(require_r().path), "CMD", "INSTALL", str(sources)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  the person's own R
    if ended.returncode:
        lines = (ended.stdout + ended.stderr).strip().splitlines()
        raise CommandError(
            "R can't install the package `anops`.",
            code=Code.INSTALL_FAILED,
            details=lines[-5:],
            remedy="Give yourself an R library that you may write into: see ?.libPaths in R.",
        )


def _python(output: Path | None, *, install: bool) -> None:
    if install:
        with tempfile.TemporaryDirectory() as folder:
            python = _install_wheel(write_wheel(Path(folder)))
        messages.success(f"The Python client is installed where {python} finds it: import anops.")
        return
    try:
        file = write_wheel(output or Path())
    except OSError as error:
        raise CommandError(
            f"Can't write into `{output or Path()}`: {error.strerror}.", code=Code.FILE_UNWRITABLE
        ) from error
    messages.success(f"The Python client is in {file}. In the environment where it is to be used:")
    messages.next_step(f"python3 -m pip install {shlex.quote(str(file))}")


def _install_wheel(wheel: Path) -> Path:
    active = [
        Path(os.environ[name], "bin", "python") for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)
    ]
    on_path = [Path(found) for name in ("python3", "python") if (found := shutil.which(name))]
    python = next((each for each in [*active, *on_path] if each.exists()), None)
    if python is None:
        raise CommandError(
            "There is no Python on PATH.",
            remedy="Write the client into a file and install that where Python is: ao client python",
            code=Code.ENVIRONMENT,
        )
    pip = [str(python), "-m", "pip", "install"]
    if lacks(python, "pip"):
        pip = ["uv", "pip", "install", "--python", str(python)]
    try:
        ended = subprocess.run([*pip, str(wheel)], capture_output=True, text=True, check=False)  # noqa: S603  the person's own
    except FileNotFoundError as error:
        raise CommandError(
            f"{python} has no pip, and there is no uv.",
            remedy="Write the client into a file and install that in your own way: ao client python",
            code=Code.ENVIRONMENT,
        ) from error
    if ended.returncode:
        raise CommandError(
            f"{python} can't install the client.",
            code=Code.INSTALL_FAILED,
            details=(ended.stdout + ended.stderr).strip().splitlines()[-5:],
            remedy="Activate the environment of your analysis, or make one: "
            "python3 -m venv .venv && . .venv/bin/activate && ao client python --install",
        )
    return python
