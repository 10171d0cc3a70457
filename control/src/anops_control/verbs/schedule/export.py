"""Writes schedules for other programs that run things at times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from anops_control.configuration import load
from anops_control.scheduling.checked import chosen, require_doable
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import ScheduleResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleExportRequest:
    """For which program."""

    folder: Path
    """The project's folder."""
    form: Literal["cron", "systemd", "kubernetes", "airflow"]
    """The program that reads it."""
    names: tuple[str, ...] = ()
    """The schedules; by default all."""
    to: Path | None = None
    """The folder that the files are written into; by default they are only listed."""
    image: str | None = None
    """For Kubernetes: the image that has `ao` and the project; by default that of `[image]`."""
    command: str | None = None
    """The program `ao` where the schedule runs; by default the one that makes the export."""
    place: str | None = None
    """The project's folder where the schedule runs; by default the one here."""


def run(request: ScheduleExportRequest, events: Events) -> ScheduleResult:
    """Write them.

    Raises:
        CommandError: The program can't say such times, or a file can't be written.
    """
    del events
    configuration = load(request.folder)
    who, found = schedules(), chosen(configuration, request.names)
    require_doable(configuration, found, who)
    repository, section = configuration.image.repository, configuration.project.project
    image = request.image or (f"{repository}:{section.version}" if repository else None)
    files, notes = who.export(
        request.form,
        found,
        project=section.name,
        folder=Path(request.place) if request.place else configuration.folder,
        image=image,
        command=request.command,
    )
    if request.to is not None:
        request.to.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (request.to / name).write_text(content, encoding="utf-8")
    return ScheduleResult({"files": files, "notes": list(notes), "to": str(request.to) if request.to else None})


VERB = Verb("schedule export", "Write schedules for cron, systemd, Kubernetes or Airflow.", ScheduleExportRequest, run)
