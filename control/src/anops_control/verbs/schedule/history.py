"""Tells which runs of schedules there were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.configuration import find_project
from anops_control.errors import CommandError
from anops_control.scheduling.port import schedules
from anops_control.verbs.schedule.facts import ScheduleResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleHistoryRequest:
    """Which runs."""

    folder: Path
    """The project's folder."""
    name: str | None = None
    """Those of a schedule; by default of all, including those no longer in ao.toml."""
    number: int | None = None
    """One run, with its log."""
    limit: int = 20
    """How many, the newest first."""


def run(request: ScheduleHistoryRequest, events: Events) -> ScheduleResult:
    """Tell which runs there were, how each ended, and what one said.

    Raises:
        CommandError: There is no such run.
    """
    del events
    folder = find_project(request.folder)
    found = schedules().history(folder, request.name, request.number, request.limit)
    if request.number is not None and not found:
        raise CommandError(
            f"There is no run {request.number} of a schedule here.",
            remedy="List them: ao schedule history",
            code=Code.RUN_NOT_FOUND,
        )
    return ScheduleResult({"runs": found})


VERB = Verb("schedule history", "Show past runs of schedules, how they ended, and the log of one.",
            ScheduleHistoryRequest, run)  # fmt: skip
