"""The R client as a source package, made of the sources that come with `ao`: no repository is asked for it."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.environment import require_r
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "anops"
"""The R package's name."""
_MADE = 1_767_225_600
"""The date of every file inside, 2026-01-01: the same sources make the same file."""
_PARTS = ("DESCRIPTION", "LICENSE", "NAMESPACE", "R", "man")
_NEEDS = ("curl", "jsonlite")
"""What its DESCRIPTION imports beside R's own packages."""


def sources() -> Path:
    """Return the folder of the package's sources: beside this file, or in the repository."""
    inside = Path(__file__).parent / "r_client_sources"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "client" / "r" / NAME


def write_package(folder: Path) -> Path:
    """Write the source package into a folder: `R CMD INSTALL` and `install.packages()` take it.

    Returns:
        The file.

    Raises:
        OSError: It can't be written there.
    """
    description = (sources() / "DESCRIPTION").read_text(encoding="utf-8").splitlines()
    version = next(line.split()[1] for line in description if line.startswith("Version:"))
    file = folder / f"{NAME}_{version}.tar.gz"
    with (
        file.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=_MADE) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in _files():
            entry = tarfile.TarInfo(f"{NAME}/{name}")
            entry.mtime, entry.mode, entry.size = _MADE, 0o644, len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file


def install() -> None:
    """Install the package into the library of the R on PATH.

    Raises:
        CommandError: There is no R, or it can't install the package.
    """
    command = [str(require_r().path), "CMD", "INSTALL", "--no-test-load", str(sources())]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  the person's own R
    if ended.returncode == 0:
        return
    lacking = _lacking()
    if lacking:
        listed = " and ".join(f"`{name}`" for name in lacking)
        quoted = ", ".join(f'"{name}"' for name in lacking)
        raise CommandError(
            f"R can't install the package `{NAME}`: it needs {listed}, which R does not have.",
            code=Code.INSTALL_FAILED,
            remedy=f"Install what is missing, in R, then try again: install.packages(c({quoted}))",
        )
    said = (ended.stdout + ended.stderr).strip().splitlines()
    raise CommandError(
        f"R can't install the package `{NAME}`.",
        code=Code.INSTALL_FAILED,
        details=said[-5:],
        remedy="Set up an R library that you can write to: see ?.libPaths in R.",
    )


def _lacking() -> list[str]:
    """Ask R itself: what it says of a package that is missing is in the person's language."""
    there = "cat(rownames(installed.packages()[, 1, drop = FALSE]), sep = '\\n')"
    command = [str(require_r().path), "--no-echo", "--no-save", "-e", there]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  the person's own R
    if ended.returncode:
        return []
    return [name for name in _NEEDS if name not in ended.stdout.split()]


def _files() -> Iterator[tuple[str, bytes]]:
    for part in _PARTS:
        place = sources() / part
        for file in [place] if place.is_file() else sorted(place.iterdir()):
            yield file.relative_to(sources()).as_posix(), file.read_bytes()
