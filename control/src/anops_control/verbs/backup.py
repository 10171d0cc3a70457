"""Keeps everything that a project has in one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.backups.archive import written
from anops_control.backups.contents import CONTROL, SUFFIX, homes_in
from anops_control.backups.elsewhere import kept_elsewhere, of_person
from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRequest:
    """What is kept, and where."""

    folder: Path
    """The project's folder; or the folder of all projects of a control service."""
    to: Path | None = None
    """The file that is written; by default one in the folder, named by the time."""


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What was kept.

    Attributes:
        file: The backup.
        size: How many bytes it has.
        told: What is in it.
        elsewhere: What is kept elsewhere, and is not in it.
    """

    file: Path
    size: int
    told: dict[str, Any]
    elsewhere: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        known = {key: self.told[key] for key in ("made", "stores", "skipped")}
        return {"file": str(self.file), "bytes": self.size, "files": len(self.told["files"]), **known,
                "elsewhere": self.elsewhere}  # fmt: skip


def run(request: BackupRequest, events: Events) -> BackupResult:
    """Write a backup, while services go on.

    Raises:
        CommandError: There is nothing to keep, a file can't be read, or the backup can't be written.
        CancelledError: It was wanted no more; no part of a file is left.
    """
    folder = request.folder.resolve()
    homes = homes_in(folder)
    if not any((home / "ao.toml").is_file() or (home / ".anops").is_dir() for home in homes):
        raise CommandError(
            f"There is no project in `{folder}`, and nothing that AnOps keeps.",
            remedy="Name the folder of a project, or that of all projects of a control service.",
            code=Code.PROJECT_NOT_FOUND,
        )
    name = f"{folder.name}-{datetime.now():%Y%m%d-%H%M%S}{SUFFIX}"  # noqa: DTZ005  as the person's clock says
    target = request.to.absolute() if request.to is not None else folder / name
    elsewhere = [*(text for home in homes for text in kept_elsewhere(home)), *of_person()]
    if (folder / CONTROL).is_dir():
        elsewhere.append("the token of the control service: another one makes its own")
    try:
        told = written(folder, target, events)
        events.idle()
        return BackupResult(target, target.stat().st_size, told, elsewhere)
    except OSError as error:
        raise unwritable(error, target) from error


VERB = Verb("backup", "Back up everything that a project has in one file.", BackupRequest, run)
