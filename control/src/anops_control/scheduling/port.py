"""The port behind which schedules are run; who does is found by its entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from anops_control.extras.opening import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from anops_project.sections.schedules import ScheduleSection

    from anops_control.events import Events

    Tell = Callable[[str, dict[str, Any]], None]

GROUP = "anops.schedulers"
"""The group of entry points by which a distribution runs schedules."""
COMMAND = "ao extra add schedules"
FORMS = ("cron", "systemd", "kubernetes", "airflow")
"""The programs that schedules are written for."""


class Schedules(Protocol):
    """Runs what is due of a project. What is told of a run can be written as JSON."""

    def next(self, at: str, zone: str, count: int, after: datetime | None = None) -> list[datetime]:
        """Return the next times of five fields of cron; a `CommandError` where they can't be read or never come."""

    def explained(self, at: str, zone: str) -> str:
        """Say these times in words."""

    def is_running(self, folder: Path) -> bool:
        """Whether somebody runs the schedules of a project."""

    def start(
        self, folder: Path, sections: Mapping[str, ScheduleSection], *, once: bool, events: Events, tell: Tell
    ) -> list[dict[str, Any]]:
        """Run what is due, until the events say that it is wanted no more, and return what was run.

        Args:
            folder: The project's folder.
            sections: What ao.toml says of each.
            once: Run what is due now, and end.
            events: Hears how runs end.
            tell: Is given the name of a schedule, and each event of its run.
        """

    def stop(self, folder: Path, seconds: float) -> bool:
        """Let whoever runs them end, within some seconds, and say whether somebody did."""

    def run(
        self, folder: Path, name: str, section: ScheduleSection, tell: Tell, events: Events
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Run one now, and return its line of the history, and what its verb returned."""

    def history(self, folder: Path, name: str | None, run: int | None, limit: int) -> list[dict[str, Any]]:
        """Return runs, the newest first; with the log where one is asked for by its number."""

    def export(
        self,
        form: str,
        sections: Mapping[str, ScheduleSection],
        *,
        project: str,
        folder: Path,
        image: str | None,
        command: str | None,
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the files for another program by their names, and what that program does otherwise."""


def schedules() -> Schedules:
    """Return who runs schedules.

    Raises:
        CommandError: The extra is not installed.
    """
    who: Schedules = opened("schedules", GROUP, "Schedules are run", COMMAND)
    return who
