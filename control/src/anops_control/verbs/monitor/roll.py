"""Rolls a log into Parquet files, one for each month, which stay when the log deletes what is old."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import telling
from anops_control.monitoring.finding import ARCHIVE, moment, require_log, watched
from anops_control.monitoring.port import monitor
from anops_control.tracking.opening import FOLDER, own_folder
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRollRequest:
    """What is rolled."""

    folder: Path
    """The project's folder."""
    since: str | None = None
    """From when on: a date or time as ISO 8601, or how long ago: 12h, 30d, 4w."""
    until: str | None = None
    """Until when, exclusive; written the same way."""


@dataclass(frozen=True, slots=True)
class MonitorRollResult:
    """What was written.

    Attributes:
        folder: Where the files are.
        files: How many rows each file that was written has.
    """

    folder: Path
    files: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "folder": str(self.folder),
            "files": [{"file": name, "rows": rows} for name, rows in self.files.items()],
        }


def run(request: MonitorRollRequest, events: Events) -> MonitorRollResult:
    """Roll it; what is there already is brought up to date, with outcomes that have come since.

    Raises:
        CommandError: There is no log, or a file can't be written.
    """
    with telling(events), monitor() as who:
        found = watched(request.folder)
        log, archive = require_log(found), found.project.folder / FOLDER / ARCHIVE
        own_folder(archive.parent)
        events.doing("Rolling the log into Parquet files")
        files = who.roll(
            log,
            archive,
            since=moment(request.since, otherwise=0.0),
            until=moment(request.until, otherwise=math.inf),
        )
        events.idle()
    return MonitorRollResult(archive, files)


VERB = Verb("monitor roll", "Roll the prediction log into a Parquet file for each month.", MonitorRollRequest, run)
