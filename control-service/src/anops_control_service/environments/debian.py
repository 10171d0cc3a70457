"""R packages of Debian's archive, unpacked into a folder: compiled as for images, and no administrator is needed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control_service.environments.kept import alone
from anops_control_service.environments.told_program import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.events import Events

LIBRARY = "debian/usr/lib/R/site-library"
"""Where the packages are then, below the folder."""
SHARED = "debian/usr/lib/*-linux-gnu"
_OWN_R = "/usr/lib/R"
_PREFIXES = ("r-cran-", "r-bioc-", "r-other-")
_LISTS = Path("/var/lib/apt/lists")


def unpack(names: Sequence[str], place: Path, events: Events) -> None:
    """Unpack those packages that Debian's archive has, with what they need; where it has none, nothing is done.

    Args:
        names: R's names.
        place: The folder; the packages come below `debian`.
        events: Where it is told.
    """
    if not all(map(shutil.which, ("R", "apt-get", "apt-cache", "dpkg-deb"))):
        return
    if (_run(["R", "RHOME"], events, quiet=True) or "").strip() != _OWN_R:
        return  # another R, for which Debian's packages are not compiled
    archive = place.parent / "debian-archive"
    with alone(
        place.parent / "debian-archive.lock",
        events,
        "Another job is reading the list of Debian's archive; waiting for it",
    ):
        (archive / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
        files = _downloaded(names, archive, events)
        for file in files:
            _run(["dpkg-deb", "--extract", str(file), str(place / "debian")], events)
            file.unlink()


def _downloaded(names: Sequence[str], archive: Path, events: Events) -> list[Path]:
    """Return the packages of what the archive has; the machine's own list of it does, as long as it is true."""
    wanted = [f"{prefix}{name.lower()}" for name in names for prefix in _PREFIXES]
    kept = archive / "cache/archives"
    options = ["--option=Debug::NoLocking=1", "--option=APT::Sandbox::User=", f"--option=Dir::Cache={archive}/cache"]
    for lists in (_LISTS, archive / "lists"):
        if lists == _LISTS and not any(lists.glob("*_Packages*")):
            continue
        if lists != _LISTS:
            (lists / "partial").mkdir(parents=True, exist_ok=True)
            options.append(f"--option=Dir::State::Lists={lists}")
            events.line("Reading the list of Debian's archive", "apt")
            if _run(["apt-get", "update", "--quiet", *options], events) is None:
                break
        said = _run(["apt-cache", "madison", *options, *wanted], events, quiet=True) or ""
        packages = sorted({line.partition("|")[0].strip() for line in said.splitlines() if "|" in line})
        if not packages:
            break
        for left in kept.glob("*.deb"):
            left.unlink()
        download = ["install", "-y", "--quiet", "--no-install-recommends", "--download-only"]
        if _run(["apt-get", *download, *options, *packages], events) is not None:
            return sorted(kept.glob("*.deb"))
    return []


def _run(command: Sequence[str], events: Events, *, quiet: bool = False) -> str | None:
    """Return what a program said; None where it failed."""
    said = []

    def hear(line: str) -> None:
        said.append(f"{line}\n")
        if not quiet and line:
            events.line(line, "apt")

    code = run(command, hear, events, env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"})
    return None if code else "".join(said)
