"""Brings what an earlier AnOps has kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.backups.archive import written
from anops_control.backups.contents import SUFFIX, homes_in
from anops_control.backups.upgrading import upgraded
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.tracking.opening import FOLDER
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeRequest:
    """Whose stores are brought up to date."""

    folder: Path
    """The project's folder; or the folder of all projects of a control service."""
    backup: bool = True
    """Keep everything as it was in a backup first."""


@dataclass(frozen=True, slots=True)
class UpgradeResult:
    """What was done.

    Attributes:
        stores: Each store: its file, the form it had, and the one it has.
        backup: The backup of what was; None: none was wanted, or there was nothing.
    """

    stores: list[dict[str, Any]]
    backup: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"stores": self.stores, "backup": None if self.backup is None else str(self.backup)}


def run(request: UpgradeRequest, events: Events) -> UpgradeResult:
    """Bring all stores to the forms of this AnOps.

    Raises:
        CommandError: One was written by a newer AnOps, is in use, or can't be written.
    """
    folder = request.folder.resolve()
    homes = [home for home in homes_in(folder) if (home / FOLDER).is_dir()]
    backup = None
    with telling(events):
        if request.backup and homes:
            events.doing("Keeping everything as it is")
            name = f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S}{SUFFIX}"  # noqa: DTZ005  as the person's clock says
            backup = (folder / FOLDER if (folder / FOLDER).is_dir() else folder) / name
            try:
                written(folder, backup, events)
            except OSError as error:
                raise unwritable(error, backup) from error
        events.doing("Bringing the stores up to date")
        return UpgradeResult([each for home in homes for each in upgraded(home)], backup)


VERB = Verb("upgrade", "Update what an earlier AnOps has stored.", UpgradeRequest, run)
