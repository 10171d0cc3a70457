"""Runs inside an image, by its own Python and without anything of ours: lists what is installed there, as JSON."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
from pathlib import Path

LEFT_OUT = {"proc", "sys", "dev"}


def text_of(path: Path) -> str:
    """Return what is in a file; nothing where it is not there."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def fields(text: str) -> dict[str, str]:
    """Read the form in which Debian, R and Python describe packages: fields, some over several lines."""
    found: dict[str, str] = {}
    last = None
    for line in text.splitlines():
        if not line.strip():
            break
        if line[:1].isspace() and last is not None:
            found[last] += " " + line.strip()
        else:
            name, _, value = line.partition(":")
            last = name.strip().lower()
            found.setdefault(last, value.strip())
    return found


def debian() -> list[dict[str, object]]:
    """Return the packages of Debian that are installed."""
    packages = [fields(each) for each in re.split(r"\n\n+", text_of(Path("/var/lib/dpkg/status")))]
    return [
        {"name": known["package"], "version": known["version"], "architecture": known.get("architecture", "")}
        for known in packages
        if known.get("status", "").endswith(" installed")
    ]


def libraries() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the distributions of Python and the packages of R, wherever they lie."""
    python: dict[tuple[str, str], str] = {}
    r: dict[tuple[str, str], dict[str, object]] = {}
    for name, folders, files in os.walk("/"):
        folder = Path(name)
        if name == "/":
            folders[:] = [each for each in folders if each not in LEFT_OUT]
        metadata = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}.get(folder.suffix)
        if metadata in files:
            known = fields(text_of(folder / str(metadata)))
            if "name" in known and "version" in known:
                python[known["name"], known["version"]] = known.get("license-expression") or known.get("license", "")
        elif "DESCRIPTION" in files and "Meta" in folders:
            known = fields(text_of(folder / "DESCRIPTION"))
            if "package" in known and "version" in known:
                told = {"license": known.get("license", ""), "base": known.get("priority") == "base"}
                r[known["package"], known["version"]] = told
    return (
        [{"name": name, "version": version, "license": licence} for (name, version), licence in sorted(python.items())],
        [{"name": name, "version": version, **known} for (name, version), known in sorted(r.items())],
    )


def system() -> dict[str, str]:
    """Return what the system says of itself."""
    return dict(re.findall(r'^([A-Z_]+)="?([^"\n]*)"?$', text_of(Path("/etc/os-release")), re.MULTILINE))


def main() -> None:
    """Print it."""
    python, r = libraries()
    found = {"debian": debian(), "python": python, "r": r, "system": system(), "interpreter": platform.python_version()}
    print(json.dumps(found))  # noqa: T201  it is a program


if __name__ == "__main__":
    main()
