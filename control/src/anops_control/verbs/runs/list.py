"""Lists the runs of the project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.tracking.looking import run_told, sent_and_kept
from anops_control.tracking.port import Run
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsListRequest:
    """Which runs are listed."""

    folder: Path
    """The project's folder."""
    most: int = 20
    """How many, the newest first."""


@dataclass(frozen=True, slots=True)
class RunsListResult:
    """The runs."""

    where: str
    runs: tuple[Run, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"where": self.where, "runs": [run_told(each) for each in self.runs]}


def run(request: RunsListRequest, events: Events) -> RunsListResult:
    """List runs; those that were kept here meanwhile are sent first.

    Raises:
        CommandError: Who keeps them is away.
    """
    with sent_and_kept(request.folder) as (place, keeper):
        del events
        return RunsListResult(place.shown, tuple(keeper.runs(request.most)))


VERB = Verb("runs list", "List the runs of the project.", RunsListRequest, run)
