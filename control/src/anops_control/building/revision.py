"""Which git revision a project's folder holds."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TAG_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that a folder holds.

    Attributes:
        digest: All digits of it.
        is_changed: Whether files differ from it.
    """

    digest: str
    is_changed: bool

    @property
    def tag(self) -> str:
        """Twelve digits of it, with `-changed` behind where files differ from it."""
        return f"{self.digest[:_TAG_DIGITS]}{'-changed' if self.is_changed else ''}"


def commit_of(folder: Path) -> Commit | None:
    """Return the commit that a folder holds.

    Args:
        folder: The project's folder.

    Returns:
        None where the project is in no git repository, or nothing is committed yet.
    """
    git = shutil.which("git")
    digest = None if git is None else _ask(git, "rev-parse", "HEAD", folder=folder)
    if git is None or digest is None:
        return None
    changed = _ask(git, "status", "--porcelain", "--", ".", ":!compose.yaml", folder=folder)  # which a build writes
    return Commit(digest, bool(changed))


def revision_of(folder: Path) -> str | None:
    """Return the commit that a folder holds as a tag; None where there is none."""
    commit = commit_of(folder)
    return None if commit is None else commit.tag


def _ask(git: str, *arguments: str, folder: Path) -> str | None:
    ended = subprocess.run(  # noqa: S603  the person's own git
        [git, *arguments], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    return ended.stdout.strip() if ended.returncode == 0 else None
