"""Which git revision a project's folder holds."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def revision_of(folder: Path) -> str | None:
    """Return the revision as a tag: twelve digits, with `-changed` behind where files differ from it.

    Args:
        folder: The project's folder.

    Returns:
        None where the project is in no git repository, or nothing is committed yet.
    """
    git = shutil.which("git")
    if git is None:
        return None
    revision = _ask(git, "rev-parse", "--short=12", "HEAD", folder=folder)
    if revision is None:
        return None
    changed = _ask(git, "status", "--porcelain", "--", ".", ":!compose.yaml", folder=folder)  # which a build writes
    return f"{revision}-changed" if changed else revision


def _ask(git: str, *arguments: str, folder: Path) -> str | None:
    ended = subprocess.run(  # noqa: S603  the person's own git
        [git, *arguments], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    return ended.stdout.strip() if ended.returncode == 0 else None
