"""What Debian's apt says where a package can't be installed, R packages among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.building.found import Circumstances, Found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ABSENT = re.compile(
    r"E: (?:Unable to locate package (?P<name>\S+)|Package '(?P<other>[^']+)' has no installation candidate)"
)
_VERSION = re.compile(r"E: Version '(?P<version>[^']+)' for '(?P<name>[^']+)' was not found")
_R_PREFIXES = ("r-cran-", "r-bioc-")


def match_output(text: str, circumstances: Circumstances) -> Found | None:
    """Return why apt failed, where the output of a step tells.

    Args:
        text: What the step printed.
        circumstances: What was asked for.
    """
    version = _VERSION.search(text)
    if version:
        return Found(
            f"Debian's archive has no version {version['version']} of the package `{version['name']}`.",
            "Name a version that it has, or none.",
            Code.DEPENDENCY,
        )
    names = sorted({match["name"] or match["other"] for match in _ABSENT.finditer(text)})
    packages = [_r_name(name, circumstances.folder) for name in names if name.startswith(_R_PREFIXES)]
    if packages:
        subject = f"the R package {packages[0]}" if len(packages) == 1 else f"the R packages {_listing(packages)}"
        return Found(
            f"Debian's archive does not have {subject}.",
            "Fix the name, or name a repository that has it in `[image] r_repositories` of ao.toml.",
            Code.R_PACKAGE,
        )
    if not names:
        return None
    keys = [circumstances.debian_packages[name] for name in names if name in circumstances.debian_packages]
    return Found(
        f"Debian's archive has no package {_listing(f'`{name}`' for name in names)}.",
        f"Fix the name in `[image] {keys[0]}` of ao.toml." if keys else "Fix the name in the Dockerfile.",
        Code.DEPENDENCY,
    )


def _r_name(debian_name: str, folder: Path) -> str:
    """Return the package as DESCRIPTION writes it; Debian knows lower case only."""
    lower = debian_name.partition("-")[2].partition("-")[2]
    file = folder / "DESCRIPTION"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    name = next((word for word in re.findall(r"[A-Za-z][A-Za-z0-9.]+", text) if word.lower() == lower), lower)
    return f"`{name}` ({debian_name})"


def _listing(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
