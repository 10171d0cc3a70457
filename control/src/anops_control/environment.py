"""Which Python loads the model, which R it finds, and what is missing there."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from anops_model_interface.codes import Code
from anops_project.packages import install_line

from anops_control.errors import CommandError
from anops_control.surroundings import current
from anops_control.typed_folder import typed_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_project.project import Project
    from anops_project.sections.project import Language

_LOADERS = {
    "python": {"anops-worker": "anops_worker"},
    "r": {"anops-worker": "anops_worker", "anops-model-service-r": "anops_model_service_r"},
}
"""What must be installed beside a model: distribution to import name."""

_PROBE = """
import importlib.metadata, importlib.util, json, platform, sys
ours = {}
for name in ("anops-worker", "anops-model-service-r"):
    try:
        ours[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({
    "version": platform.python_version(),
    "missing": [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None],
    "ours": ours,
}))
"""

_MANAGED = """
import os, sys, sysconfig
own = sys.prefix == sys.base_prefix
print(own and os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")))
"""
_CONFIGURED = "[project] python"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that loads a model.

    Attributes:
        path: The program; not resolved, since a link in a `.venv` is what makes it one.
        origin: Why it is this one: "the project's .venv".
    """

    path: Path
    origin: str


class Probed(NamedTuple):
    """What a Python says of itself.

    Attributes:
        version: Its version, such as "3.12.4".
        missing: Which of the modules asked for it lacks.
        ours: The distributions of AnOps in it, with their versions.
    """

    version: str
    missing: tuple[str, ...]
    ours: dict[str, str]


@dataclass(frozen=True, slots=True)
class RInstallation:
    """The R that an R model is loaded by.

    Attributes:
        path: The program `R`.
        version: Its version, such as "4.2.2".
    """

    path: Path
    version: str


def interpreter_of(project: Project) -> Interpreter:
    """Return the Python that loads a project's model.

    Raises:
        CommandError: `[project] python` names one that is not there.
    """
    return find_interpreter(project.folder, project.project.language, configured=project.project.python)


def find_interpreter(
    folder: Path, language: Language, *, configured: str | None = None, environ: Mapping[str, str] | None = None
) -> Interpreter:
    """Return the Python that loads a model.

    Args:
        folder: The project's folder.
        language: What the model is written in. An R model needs no Python of its own, so the active
            environment, which is there for something else, is passed over.
        configured: The value of `[project] python`: a path, from the project's folder on, or a name on PATH.
        environ: Environment variables; by default those of the surroundings.

    Raises:
        CommandError: The configured Python is not there, or the Python that the project's `.venv` was made of.
    """
    environ = current().variables if environ is None else environ
    if configured is not None:
        return Interpreter(_configured(folder, configured), _CONFIGURED)
    own = folder / ".venv" / "bin" / "python"
    if own.exists():
        return Interpreter(own, "the project's .venv")
    if own.is_symlink():  # another Python would answer otherwise, without a word
        raise CommandError(
            f"The project's .venv is broken: its Python is a link to {own.readlink()}, which is not there.",
            remedy="Remove the folder `.venv` and make it again, with the packages of requirements.txt.",
            code=Code.ENVIRONMENT,
        )
    # an environment activated inside conda's is the nearer one
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        active = Path(environ.get(variable, ""), "bin", "python")
        if language == "python" and environ.get(variable) and active.exists():
            return Interpreter(active, "the active environment")
    return Interpreter(Path(sys.executable), "the Python that runs ao")


def require_loader(interpreter: Interpreter, language: Language) -> None:
    """Check that an interpreter can load models of a language.

    Raises:
        CommandError: It can't be run, or lacks a package; the message has the command that installs it.
    """
    needed = _LOADERS[language]
    probed = probe(interpreter.path, tuple(needed.values()))
    missing = [package for package, module in needed.items() if module in probed.missing]
    if missing:
        raise CommandError(
            f"The Python that loads the model must have {' and '.join(f'`{package}`' for package in missing)}.",
            details=[f"It is {interpreter.path} ({interpreter.origin})."],
            command=_adding(interpreter, language) or install_command(interpreter, missing),
            code=Code.ENVIRONMENT,
        )
    ours = version("anops-cli")
    others = {package: probed.ours[package] for package in needed if probed.ours.get(package, ours) != ours}
    if others:
        named = " and ".join(f"`{package}` {other}" for package, other in others.items())
        raise CommandError(
            f"The Python that loads the model has {named}, and `ao` is {ours}: they must be the same.",
            details=[f"It is {interpreter.path} ({interpreter.origin})."],
            command=install_command(interpreter, [f"{package}=={ours}" for package in others]),
            code=Code.ENVIRONMENT,
        )


def _adding(interpreter: Interpreter, language: Language) -> str | None:
    """Return the command that adds what loads models of a language to the Python of `ao`; None for another Python."""
    is_own = interpreter.path == Path(sys.executable) and not is_managed(interpreter.path)
    return f"ao extra add {language}" if is_own else None


def install_command(interpreter: Interpreter, packages: list[str]) -> str:
    """Return the one command that installs packages where the model is loaded.

    Where the operating system manages that Python and pip refuses to install into it, the packages go into a `.venv`
    of the project that sees what is installed already.
    """
    if not is_managed(interpreter.path):
        return install_line(interpreter.path, packages, has_pip=not lacks(interpreter.path, "pip"))
    own = Path(typed_folder()) / ".venv"
    made = shlex.join([str(interpreter.path), "-m", "venv", "--system-site-packages", str(own)])
    line = f"{made} && {install_line(own / 'bin' / 'python', packages, has_pip=True)}"
    return f"{line}; then take `python` out of ao.toml" if interpreter.origin == _CONFIGURED else line


@cache
def is_managed(python: Path) -> bool:
    """Say whether the operating system manages the packages of a Python: pip installs nothing there (PEP 668)."""
    ended = subprocess.run(  # noqa: S603  the person's own Python
        [str(python), "-c", _MANAGED], capture_output=True, text=True, check=False, cwd="/"
    )
    return ended.stdout.strip() == "True"


def lacks(python: Path, module: str) -> bool:
    """Say whether a Python lacks a module.

    Raises:
        CommandError: It can't be run.
    """
    return module in probe(python, (module,)).missing


@cache
def probe(python: Path, modules: tuple[str, ...] = ()) -> Probed:
    """Ask a Python for its version, for which of some modules it lacks, and for what it has of AnOps.

    Raises:
        CommandError: It can't be run.
    """
    try:
        ended = subprocess.run(  # noqa: S603  the person's own Python
            [str(python), "-c", _PROBE, *modules], capture_output=True, text=True, check=True, cwd="/"
        )
        answer = json.loads(ended.stdout.splitlines()[-1])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError) as error:
        raise CommandError(
            f"The Python that loads the model can't be run: {python}.",
            details=[str(getattr(error, "stderr", "") or error).strip().splitlines()[-1]],
            remedy="Make the environment again, or name another Python in `[project] python`.",
            code=Code.ENVIRONMENT,
        ) from error
    return Probed(answer["version"], tuple(answer["missing"]), answer["ours"])


def find_r() -> RInstallation | None:
    """Return the R on PATH, or None where there is none."""
    program = shutil.which("R")
    if program is None:
        return None
    ended = subprocess.run(  # noqa: S603  the person's own R
        [program, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    words = ended.stdout.split()
    return RInstallation(Path(program), words[2] if words[:2] == ["R", "version"] else "unknown")


def require_r() -> RInstallation:
    """Return the R on PATH.

    Raises:
        CommandError: There is none.
    """
    found = find_r()
    if found is None:
        raise CommandError(
            "An R model needs R, and there is no `R` on PATH.",
            remedy="Install R, or put the folder of the program `R` on PATH.",
            code=Code.ENVIRONMENT,
        )
    return found


def _configured(folder: Path, configured: str) -> Path:
    written = Path(configured).expanduser()
    path = folder / written
    if not path.exists() and len(written.parts) == 1:
        path = Path(shutil.which(configured) or path)
    if path.is_dir() and (path / "bin" / "python").exists():
        path = path / "bin" / "python"
    if not path.is_file():
        raise CommandError(
            f"The Python that `[project] python` names is not there: {configured}.",
            remedy="Fix the path in ao.toml, or take the line out to use the project's `.venv`.",
            code=Code.ENVIRONMENT,
        )
    return path
