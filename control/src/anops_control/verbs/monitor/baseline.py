"""Keeps rows of the training data to compare a served model's rows with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import telling
from anops_control.monitoring.baseline_rows import read_rows
from anops_control.monitoring.finding import watched
from anops_control.monitoring.own_baseline import keep
from anops_control.monitoring.port import monitor
from anops_control.promoting.named_rows import named_rows
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorBaselineRequest:
    """What is kept."""

    folder: Path
    """The project's folder."""
    data: Path
    """Rows that the model was fitted on: a CSV file, or a dataset."""
    target: str | None = None
    """The column of the outcome; by default the only one that the model does not take."""


@dataclass(frozen=True, slots=True)
class MonitorBaselineResult:
    """What was kept.

    Attributes:
        file: The baseline.
        kept: Of how many rows.
        facts: What is known of it.
    """

    file: Path
    kept: int
    facts: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"file": str(self.file), "kept": self.kept, **self.facts}


def run(request: MonitorBaselineRequest, events: Events) -> MonitorBaselineResult:
    """Keep a baseline; one that is there is replaced.

    Raises:
        CommandError: There are no such rows, or no extra that keeps them.
        AnOpsError: They do not fit the model, or it fails on them.
    """
    with telling(events), monitor() as who:
        found = watched(request.folder)
        project = found.project
        with named_rows(request.data, project.folder, events) as named:
            rows = read_rows(named.file, project, request.target)
            source = named.file.name if named.dataset is None else f"{named.dataset.name} {named.dataset.version}"
        kept, facts = keep(who, found, rows, source, events)
    return MonitorBaselineResult(found.baseline, kept, facts)


VERB = Verb("monitor baseline", "Keep rows that the model was fitted on, to compare later rows with.",
            MonitorBaselineRequest, run)  # fmt: skip
