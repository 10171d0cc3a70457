"""What every form of an export needs to know of a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.schedules import ScheduleSection

    from anops_schedules.times import Times


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule that is written down for another program.

    Attributes:
        name: Its name.
        section: What ao.toml says of it.
        times: When it is due.
        project: The project's name.
        folder: The project's folder.
        command: The program and its arguments: they run the schedule once, as `ao schedule run` does.
        image: The container image that has `ao` and the project.
    """

    name: str
    section: ScheduleSection
    times: Times
    project: str
    folder: Path
    command: tuple[str, ...]
    image: str | None

    @property
    def about(self) -> str:
        """One line for a person."""
        return self.section.description or self.section.does


@dataclass(frozen=True, slots=True)
class Exported:
    """An export.

    Attributes:
        files: The content of each file, by its name.
        notes: What the other program does otherwise, or cannot do.
    """

    files: dict[str, str]
    notes: tuple[str, ...] = ()
