"""Which files of a project the checks need, and an image may lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = (
    "ruff.toml", ".ruff.toml", "pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", ".coveragerc", ".lintr",
    "requirements-dev.txt",
)  # fmt: skip
"""Settings of the tools, and what the tests need beside the model."""

_LEFT_OUT = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache"})


def files_for_checks(folder: Path) -> dict[str, bytes]:
    """Return the tests and the settings of the tools, by their path in the project."""
    found = [folder / name for name in _SETTINGS]
    found += sorted((folder / "tests").rglob("*"))
    inside = ((path.relative_to(folder), path) for path in found if path.is_file())
    return {str(name): path.read_bytes() for name, path in inside if not _LEFT_OUT.intersection(name.parts)}
