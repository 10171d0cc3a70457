"""Lists the incidents of a served model: the open ones, then the newest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.configuration import find_project
from anops_control.monitoring.alerting import INCIDENTS
from anops_control.monitoring.incidents import Incident, Incidents
from anops_control.tracking.opening import FOLDER
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorIncidentsRequest:
    """Of which project."""

    folder: Path
    """The project's folder."""
    most: int = 50
    """How many are listed."""


@dataclass(frozen=True, slots=True)
class MonitorIncidentsResult:
    """Them."""

    incidents: tuple[Incident, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"incidents": [each.to_dict() for each in self.incidents]}


def run(request: MonitorIncidentsRequest, _: Events) -> MonitorIncidentsResult:
    """List them.

    Raises:
        CommandError: There is no project, or they can't be read.
    """
    file = find_project(request.folder) / FOLDER / INCIDENTS
    return MonitorIncidentsResult(tuple(Incidents(file).all(request.most)) if file.is_file() else ())


VERB = Verb("monitor incidents", "List incidents: the open ones, then the newest.", MonitorIncidentsRequest, run)
