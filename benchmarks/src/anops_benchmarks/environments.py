"""Makes for each peer an environment of its own, with the packages of its file in `benchmarks/environments/`."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "environments"
# a missing header must fail the build: rpy2's other mode is slow, and silent about it
_BUILD = {"RPY2_CFFI_MODE": "API", "UV_COMPILE_BYTECODE": "1"}


@dataclass(frozen=True)
class Environments:
    """The environments of all peers.

    Attributes:
        place: The folder that holds them.
        uv: The program uv.
    """

    place: Path
    uv: str

    def python(self, name: str) -> Path:
        """Return the Python of an environment."""
        return self.place / name / "bin/python"

    def make(self, name: str) -> str | None:
        """Make an environment where it is missing or its file has changed.

        Returns:
            None, or why it can't be made.
        """
        if not name or self.python(name).parent == Path(sys.executable).parent:
            return None  # no Python; or AnOps, which lives where the harness does
        file = REQUIREMENTS / f"{name}.txt"
        stamp = self.place / name / "made-from"
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
            return None
        python = str(self.python(name))
        for arguments in (
            ["venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(self.place / name)],
            ["pip", "install", "--quiet", "--python", python, "-r", str(file)],
        ):
            done = self._run([self.uv, *arguments])
            if done.returncode != 0:
                return done.stderr.strip()
        stamp.write_text(digest, encoding="utf-8")
        return None

    def versions(self, name: str, more: tuple[str, ...] = ()) -> dict[str, str]:
        """Return the versions of the packages that the environment's file names, and of more."""
        wanted = requirement_names((REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8"))
        done = self._run([self.uv, "pip", "list", "--quiet", "--format", "json", "--python", str(self.python(name))])
        found = {package["name"].lower(): package["version"] for package in json.loads(done.stdout or "[]")}
        return {name: found[name] for name in (*wanted, *more) if name in found}

    @staticmethod
    def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, env=os.environ | _BUILD, capture_output=True, text=True, check=False)


def requirement_names(text: str) -> list[str]:
    """Return the names in a file of requirements."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [re.split(r"[<>=~!\[; ]", line, maxsplit=1)[0].lower() for line in lines if line]


def has_program(name: str) -> bool:
    """Say whether a program is on PATH."""
    return shutil.which(name) is not None


def has_r_package(name: str) -> bool:
    """Say whether R finds a package."""
    words = ["Rscript", "--vanilla", "-e", f"quit(status = !requireNamespace('{name}', quietly = TRUE))"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def install_debian(packages: list[str]) -> str | None:
    """Install packages from Debian's archive where this may be done.

    Returns:
        None, or what to do.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"install them: sudo apt-get install --no-install-recommends {' '.join(packages)}"
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update"], command):
        done = subprocess.run(words, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return done.stderr.strip()
    return None
