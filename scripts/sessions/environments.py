"""The environments in which sessions run, and what is installed into them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import nox

# in the order in which they need each other
PACKAGES = (
    *("proto", "http-kit", "project", "worker", "model-service-python", "series", "api-service"),
    *("client", "control", "training", "control-service", "data", "experiments", "workspaces", "tracking", "schedules"),
    *("features", "monitoring", "cli"),
)
R_PACKAGE = "model-service-r"
DEV = Path(".nox/dev")
SIDE_BY_SIDE = ("--numprocesses", "4", "--dist", "worksteal")
"""For tests that share nothing: most of their time they wait, for a process that starts or a limit that is reached."""
BUILD = {
    # a missing header must fail the build: rpy2's other mode is slow, and silent about it
    "RPY2_CFFI_MODE": "API",
    # the tests start hundreds of processes: none should compile pandas or scikit-learn again
    "UV_COMPILE_BYTECODE": "1",
}


class Environment:
    """A virtual environment that several sessions share: making one for each would cost minutes."""

    def __init__(self, session: nox.Session, folder: Path) -> None:
        self._session = session
        self.folder = folder.absolute()
        self._uv = str(Path(sys.executable).parent / "uv")
        if not (self.folder / "bin/python").exists():
            # with pip in it: what `ao` tells a person to type uses pip
            self.uv("venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(self.folder))

    def uv(self, *arguments: str) -> None:
        """Run uv."""
        self._session.run(self._uv, *arguments, env=BUILD, external=True, silent=True)

    def install(self, *arguments: str) -> None:
        """Install into the environment; what is there and fits stays."""
        self.uv("pip", "install", "--quiet", "--python", str(self.folder / "bin/python"), *arguments)

    def look_also_into(self, other: Environment) -> None:
        """Find in another environment whatever is not installed in this one: only what differs costs time."""
        (packages,) = self.folder.glob("lib/python*/site-packages")
        (others,) = other.folder.glob("lib/python*/site-packages")
        # what is installed for editing is found by the .pth files of the other
        line = f"import site; site.addsitedir({str(others)!r})\n"
        (packages / "zz-others.pth").write_text(line, encoding="utf-8")
        for program in (other.folder / "bin").iterdir():
            begin, _, rest = program.read_bytes().partition(b"\n") if program.is_file() else (b"", b"", b"")
            own = self.folder / "bin" / program.name
            if begin.startswith(b"#!") and begin.endswith(b"/python") and not own.exists():
                own.write_bytes(b"#!%b/bin/python\n" % bytes(self.folder) + rest)
                own.chmod(0o755)

    def run(self, program: str, *arguments: str, silent: bool = False, success_codes: tuple[int, ...] = (0,)) -> None:
        """Run one of the environment's programs, as if it were activated."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        environment: dict[str, str | None] = {"PATH": path, "VIRTUAL_ENV": str(self.folder)}
        # what a machine may set for its own ends, and a user's machine does not
        environment |= {"PYTHONDONTWRITEBYTECODE": None, "PYTHONUNBUFFERED": None}
        command = str(self.folder / "bin" / program)
        self._session.run(
            command, *arguments, env=environment, external=True, silent=silent, success_codes=success_codes
        )


def has_r() -> bool:
    """Say whether R is on PATH."""
    return shutil.which("Rscript") is not None


def packages() -> tuple[str, ...]:
    """Return the packages that can be installed here."""
    return (*PACKAGES, R_PACKAGE) if has_r() else PACKAGES


def install_all(environment: Environment) -> None:
    """Install every package for editing, and what checks and tests need."""
    editable = [argument for package in packages() for argument in ("-e", package)]
    environment.install(*editable, "-r", "requirements-dev.txt")


def development(session: nox.Session) -> Environment:
    """Return the environment of checks and tests."""
    environment = Environment(session, DEV)
    files = ["requirements-dev.txt", *(f"{package}/pyproject.toml" for package in packages())]
    needed = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    installed = environment.folder / "installed"
    # once for all sessions: what is installed for editing is built and exchanged each time, under whoever uses it
    if not installed.exists() or installed.read_text(encoding="utf-8") != needed:
        install_all(environment)
        installed.write_text(needed, encoding="utf-8")
    return environment
