"""Shows what is known of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.tracking.looking import run_of, run_told, sent_and_kept
from anops_control.tracking.port import Run
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsShowRequest:
    """Which run is shown."""

    folder: Path
    """The project's folder."""
    run: str
    """Its id, or the start of it, or its name."""


@dataclass(frozen=True, slots=True)
class RunsShowResult:
    """A run.

    Attributes:
        run: The run.
        files: What it has kept.
    """

    run: Run
    files: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**run_told(self.run), "files": list(self.files), "artifacts": self.run.artifacts}


def run(request: RunsShowRequest, events: Events) -> RunsShowResult:
    """Show a run.

    Raises:
        CommandError: There is none, or who keeps them is away.
    """
    del events
    with sent_and_kept(request.folder) as (_, keeper):
        found = run_of(keeper, request.run)
        return RunsShowResult(found, tuple(keeper.artifacts(found.id)))


VERB = Verb("runs show", "Show the details of a run.", RunsShowRequest, run)
