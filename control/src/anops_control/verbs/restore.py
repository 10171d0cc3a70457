"""Brings a project back from a backup, also on another computer and in another folder."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.backups.archive import unpacked
from anops_control.backups.contents import homes_in
from anops_control.backups.relocating import relocate
from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_control.standing.keeping import is_kept
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRequest:
    """What is brought back, and where to."""

    folder: Path
    """The folder that it comes into: a new or an empty one."""
    file: Path
    """The backup."""
    replace: bool = False
    """Replace what is in the folder, which is kept beside it under another name."""


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """What was brought back.

    Attributes:
        folder: Where it is.
        told: What the backup says of itself.
        rewritten: How many paths were rewritten, since it is another folder.
        kept: Where that is which was there before; None: nothing was.
    """

    folder: Path
    told: dict[str, Any]
    rewritten: int
    kept: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        known = {key: self.told[key] for key in ("made", "by", "stores")}
        return {"folder": str(self.folder), "files": len(self.told["files"]), **known, "was_in": self.told["folder"],
                "rewritten": self.rewritten, "kept": None if self.kept is None else str(self.kept)}  # fmt: skip


def run(request: RestoreRequest, events: Events) -> RestoreResult:
    """Bring it back, whole or not at all.

    Raises:
        CommandError: It is no whole backup, the folder is not empty or in use, or can't be written.
    """
    target = request.folder.absolute()
    if not request.file.is_file():
        raise CommandError(f"There is no file `{request.file}`.", remedy="Name a backup of `ao backup`.",
                           code=Code.FILE_NOT_FOUND)  # fmt: skip
    is_full = target.is_dir() and any(target.iterdir())
    if is_full and not request.replace:
        raise CommandError(
            f"`{target}` is not empty; nothing was restored.",
            remedy="Name a new folder, or say --replace: what is there is kept beside it.",
            code=Code.FILE_EXISTS,
        )
    _require_idle(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-restore-") as staged:
            events.doing(f"Reading {request.file.name}")
            new = Path(staged, "files")
            new.mkdir()
            told = unpacked(request.file, new)
            events.doing("Rewriting paths")
            was = Path(told["folder"])
            rewritten = sum(
                relocate(home, str(was / home.relative_to(new)), str(target / home.relative_to(new)))
                for home in homes_in(new)
            )
            kept = _aside(target) if is_full else None
            if target.is_dir() and not is_full:
                target.rmdir()
            shutil.move(new, target)
    except OSError as error:
        raise unwritable(error, target) from error
    except sqlite3.Error as error:
        raise CommandError(f"A database of the backup can't be used: {error}.", code=Code.STORE_UNUSABLE) from error
    events.idle()
    return RestoreResult(target, told, rewritten, kept)


def _aside(target: Path) -> Path:
    kept = target.with_name(f"{target.name}.before-{datetime.now():%Y%m%d-%H%M%S}")  # noqa: DTZ005  a person's clock
    target.rename(kept)
    return kept


def _require_idle(target: Path) -> None:
    for home in homes_in(target) if target.is_dir() else ():
        for lock in (home / ".anops").glob("*/*/keeper.lock"):
            if is_kept(lock.parent):
                raise CommandError(
                    f"`{lock.parent.name}` of `{home}` runs; nothing was restored.",
                    remedy=f"Take it down first: ao deploy down {lock.parent.name}",
                    code=Code.DEPLOYMENT_BUSY,
                )


VERB = Verb("restore", "Restore a project from a backup.", RestoreRequest, run)
