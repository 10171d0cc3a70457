"""The command that installs an R package on this computer."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from anops_control.child_environment import child_environment

_MIRROR = "utils::chooseCRANmirror(ind = 1, local.only = TRUE)"
"""Takes the first mirror of R's own list: a plain R knows none, and outside a terminal it can't ask for one."""


def install_package(package: str, least: str | None = None) -> str:
    """Return the one command that installs an R package on this computer.

    Args:
        package: Its name.
        least: The oldest version that will do.
    """
    r = shutil.which("R")
    if r is not None and Path(r).resolve().is_relative_to("/usr/lib/R"):
        offered = _offered_by_debian(f"r-cran-{package.lower()}")
        if offered is not None and (least is None or numbers_of(offered) >= numbers_of(least)):
            start = [] if os.geteuid() == 0 else ["sudo"]
            return shlex.join([*start, "apt-get", "install", f"r-cran-{package.lower()}"])
    return shlex.join(["Rscript", "-e", f'{_MIRROR}; install.packages("{package}")'])


def numbers_of(version: str) -> tuple[int, ...]:
    """Return the parts of a version, as R compares them: 1.8-41 is (1, 8, 41)."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _offered_by_debian(name: str) -> str | None:
    """Return the upstream version of a package that apt could install here; None where it has none."""
    if shutil.which("apt-get") is None or shutil.which("apt-cache") is None:
        return None
    shown = subprocess.run(  # noqa: S603  the system's own apt
        [str(shutil.which("apt-cache")), "policy", name],
        env={**child_environment(), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    # a package that others only suggest is known, and has no candidate
    found = re.search(r"^ *Candidate: *(?:\d+:)?(?P<version>[^ (]\S*?)(?:-[^-\s]*)?$", shown, re.MULTILINE)
    return found["version"] if found else None
