"""Where providers and workspaces of a person are kept: beside no project, since many share them."""

from __future__ import annotations

from pathlib import Path

from anops_control import surroundings


def home() -> Path:
    """Return the folder: `.anops` of the person's home, or what ANOPS_HOME names."""
    named = surroundings.current().variables.get("ANOPS_HOME")
    return Path(named).expanduser().resolve() if named else Path.home() / ".anops"


def providers(folder: Path) -> list[str]:
    """Return the names of the providers that a project or the person has described, each by its file."""
    found = {path.stem for place in (folder, home()) for path in (place / "providers").glob("*.yaml")}
    return sorted(found)
