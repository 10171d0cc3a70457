"""Puts the project templates and the sources of both clients into the wheel and the sdist of `anops-control`."""

# ruff: noqa: INP001  hatchling runs this file; it belongs to no package
from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TemplatesHook(BuildHookInterface[Any]):
    """Includes `cookiecutters/` and `client/`, which lie beside this distribution in the repository.

    An sdist has the templates inside, so a wheel made from it needs nothing else; an editable install reads
    them from the repository.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders to include."""
        inside = Path(self.root, "src", "anops_control", "templates")
        if version == "editable" or inside.is_dir():
            return
        target = "anops_control/templates" if self.target_name == "wheel" else "src/anops_control/templates"
        for name in ("python", "r", "series"):
            source = Path(self.root).parent / "cookiecutters" / name
            build_data["force_include"][str(source)] = f"{target}/{name}"
        package = "anops_control" if self.target_name == "wheel" else "src/anops_control"
        client = Path(self.root).parent / "client"
        for part in ("LICENSE", "README.md", "pyproject.toml", "src/anops"):
            build_data["force_include"][str(client / part)] = f"{package}/python_client_sources/{part}"
        for part in ("DESCRIPTION", "LICENSE", "NAMESPACE", "R", "man"):
            build_data["force_include"][str(client / "r/anops" / part)] = f"{package}/r_client_sources/{part}"
