"""Gives the package that asks a served model, for R or Python."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code
from anops_project.packages import install_line

from anops_control.environment import lacks, require_r
from anops_control.errors import CommandError
from anops_control.python_client import write_wheel
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRequest:
    """Which client, and where it goes."""

    language: Literal["r", "python"]
    """What it is for."""
    output: Path
    """The folder of the file."""
    install: bool = False
    """Install it at once: into the R on PATH, or into `python`."""
    python: Path | None = None
    """The Python that gets it."""


@dataclass(frozen=True, slots=True)
class ClientResult:
    """Where the client is.

    Attributes:
        file: The file; None where it was installed.
        python: The Python that has it now.
    """

    file: Path | None = None
    python: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {key: str(value) for key, value in (("file", self.file), ("python", self.python)) if value is not None}


def run(request: ClientRequest, _: Events) -> ClientResult:
    """Write the client into a file, or install it.

    Raises:
        CommandError: It can't be written or installed.
    """
    return _r(request) if request.language == "r" else _python(request)


def _r(request: ClientRequest) -> ClientResult:
    sources = _sources()
    if request.install:
        _install(sources)
        return ClientResult()
    version = next(line.split()[1] for line in _description(sources) if line.startswith("Version:"))
    file = request.output / f"anops_{version}.tar.gz"
    try:
        with tarfile.open(file, "w:gz") as archive:
            archive.add(sources, arcname="anops", filter=_without_tests)
    except OSError as error:
        raise CommandError(f"Can't write `{file}`: {error.strerror}.", code=Code.FILE_UNWRITABLE) from error
    return ClientResult(file)


def _python(request: ClientRequest) -> ClientResult:
    if request.install:
        if request.python is None:
            raise CommandError(
                "There is no Python on PATH.",
                remedy="Write the client into a file and install that where Python is: ao client python",
                code=Code.ENVIRONMENT,
            )
        with tempfile.TemporaryDirectory() as folder:
            _install_wheel(write_wheel(Path(folder)), request.python)
        return ClientResult(python=request.python)
    try:
        return ClientResult(write_wheel(request.output))
    except OSError as error:
        raise CommandError(
            f"Can't write into `{request.output}`: {error.strerror}.", code=Code.FILE_UNWRITABLE
        ) from error


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


def _install_wheel(wheel: Path, python: Path) -> None:
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


VERB = Verb("client", "Get the package that asks a served model, for R or Python.", ClientRequest, run)
