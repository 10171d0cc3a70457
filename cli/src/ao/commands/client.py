"""`ao client`: gives the R package that asks a served model, for this computer's R or another's."""

from __future__ import annotations

import subprocess
import tarfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import typer

from ao import messages
from ao.environment import require_r
from ao.errors import CommandError
from ao.exit_codes import ExitCode

EPILOG = """
`ao client r`  write the package into a file, for an R on any computer

`ao client r --install`  install it into this computer's R
"""


def client(
    language: Annotated[  # noqa: ARG001  there is one; the word tells a person what comes
        Literal["r"], typer.Argument(metavar="r", help="What the client is for.")
    ],
    *,
    install: Annotated[bool, typer.Option("--install", help="Install it into the R on PATH.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="The folder of the file; by default the current one."),
    ] = None,
) -> None:
    """Get the R package that asks a served model: `anops::predict_remote()`.

    It needs no internet, and nothing of `ao` where it is used.
    """
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
        raise CommandError(f"Can't write `{file}`: {error.strerror}.", exit_code=ExitCode.USAGE) from error
    messages.success(f"The R package is in {file}. In R, where it is to be used:")
    messages.next_step(f'install.packages("{file.name}", repos = NULL, type = "source")')


def _sources() -> Path:
    spec = find_spec("anops_model_service_r")
    if spec is None or spec.origin is None:
        raise CommandError(
            "The R package comes with `anops-model-service-r`, which is not installed beside `ao`.",
            remedy="Install it where `ao` is: pip install anops-model-service-r",
            exit_code=ExitCode.PROJECT,
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
            details=lines[-5:],
            remedy="Give yourself an R library that you may write into: see ?.libPaths in R.",
        )
