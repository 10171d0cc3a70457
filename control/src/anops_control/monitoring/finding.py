"""Finds what belongs to monitoring a project: its model, its log, its baseline, and times."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.log_file import is_there, shown
from anops_model_interface.moments import canonical_moment

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.monitoring.log_flags import log_at
from anops_control.tracking.opening import FOLDER, SERIES

if TYPE_CHECKING:
    from anops_model_interface.log_file import LogPlace
    from anops_project.project import Project

BASELINE = "baseline.parquet"
"""The baseline, in the folder."""
Series = tuple[str, str, str, tuple[str, ...]]
"""By what a store knows a series: name, frequency, time zone, keys."""
ARCHIVE = "predictions"
"""Rows of the log as Parquet files, in the folder `.anops`."""
_AGO = re.compile(r"(\d+)\s*(h|d|w)")
_SECONDS = {"h": 3600.0, "d": 86400.0, "w": 604800.0}


@dataclass(frozen=True, slots=True)
class Watched:
    """A project whose model is watched.

    Attributes:
        project: It.
        log: Its prediction log.
        baseline: Its baseline.
    """

    project: Project
    log: LogPlace
    baseline: Path

    @property
    def archive(self) -> Path | None:
        """Where rows of the log are as Parquet files; None for another log than the project's."""
        home = self.project.folder
        return home / FOLDER / ARCHIVE if self.log == log_at(self.project.service, home) else None


def watched(folder: Path, *, log: Path | None = None, baseline: Path | None = None) -> Watched:
    """Return what belongs to the project in a folder, or the nearest above it.

    Args:
        folder: Where to look.
        log: A log other than the project's.
        baseline: Another baseline.

    Raises:
        ConfigurationError: Its `ao.toml` can't be used.
        CommandError: There is no project, or no such log.
    """
    project = load(folder).project
    own = project.folder / FOLDER
    if log is not None and not log.is_file():
        raise CommandError(f"There is no prediction log `{log}`.", code=Code.FILE_NOT_FOUND)
    return Watched(project, log or log_at(project.service, project.folder), baseline or own / BASELINE)


def has_log(found: Watched) -> bool:
    """Return whether anything was kept yet.

    Raises:
        CommandError: A database does not answer.
    """
    try:
        return is_there(found.log)
    except OSError as error:
        raise CommandError(
            f"The prediction log {shown(found.log)} can't be read: {error}", code=Code.STORE_UNUSABLE
        ) from error


def require_log(found: Watched) -> LogPlace:
    """Return the log.

    Raises:
        CommandError: Nothing was kept yet, or a database does not answer.
    """
    if not has_log(found):
        raise CommandError(
            f"`{found.project.project.name}` has no prediction log yet.",
            remedy='Set log_predictions = "values" under [service] in ao.toml, serve the model, and send it requests.',
            code=Code.NO_ROWS,
        )
    return found.log


def require_forecasts(found: Watched, store: str | None) -> str:
    """Return the store of a series' forecasts and observations.

    Args:
        found: The project.
        store: Another than its own: a file, or an address.

    Raises:
        CommandError: There is none.
    """
    own = found.project.folder / FOLDER / SERIES
    file = own if store is None else Path(store.removeprefix("sqlite:///"))
    if file.is_file() or (store is not None and "://" in str(file)):
        return store or str(own)
    raise CommandError(
        f"`{found.project.project.name}` has given no forecast yet: there is no store `{file}`.",
        remedy="Serve the model, ask for forecasts, and record what is observed: ao series observe FILE.csv",
        code=Code.NO_ROWS,
    )


def series_of(found: Watched) -> Series | None:
    """Return by what a store knows the series of a project: name, frequency, time zone, keys.

    None: the model forecasts none, or its periods have no times.
    """
    section = found.project.series
    if section is None or section.frequency is None:
        return None
    keys = tuple(sorted(section.keys))
    return found.project.project.name, section.frequency, section.time_zone or "UTC", keys


def moment(text: str | None, *, otherwise: float) -> float:
    """Return a time in seconds since 1970.

    Args:
        text: A date or time as ISO 8601, in UTC where it does not say; or how long ago: 12h, 30d, 4w.
        otherwise: What it is without a text.

    Raises:
        CommandError: It is no time.
    """
    if text is None:
        return otherwise
    if ago := _AGO.fullmatch(text.strip()):
        return time.time() - int(ago[1]) * _SECONDS[ago[2]]
    read = canonical_moment(text, "datetime")
    if read is None:
        raise CommandError(
            f"`{text}` is not a time.",
            remedy="Write a date as 2026-11-21, a time as 2026-11-21T10:00:00Z, or how long ago: 12h, 30d, 4w.",
            code=Code.USAGE,
        )
    return datetime.fromisoformat(read).replace(tzinfo=UTC).timestamp()
