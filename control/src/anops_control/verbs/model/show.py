"""Shows what is known of a version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_project.project import Project

from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import fetched
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.port import Version, told
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShowRequest:
    """What is shown."""

    folder: Path
    """The project's folder."""
    address: str
    """The version: NAME, NAME@ALIAS, NAME/VERSION, or runs:/ID/model; of a name alone the newest."""


@dataclass(frozen=True, slots=True)
class ModelShowResult:
    """A version.

    Attributes:
        version: The version; None where it is the model of a run.
        project: Its project.
        report: What its promotion showed; empty where it was not promoted.
    """

    version: Version | None
    project: Project
    report: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        schema = json.loads(self.project.schema.to_json())
        about = self.project.project
        return {
            **({} if self.version is None else told(self.version)),
            "project": {"name": about.name, "version": about.version, "description": about.description},
            "language": about.language,
            "inputs": schema.get("inputs", {}),
            "outputs": schema.get("outputs", {}),
            "promotion": self.report,
        }


def run(request: ModelShowRequest, events: Events) -> ModelShowResult:
    """Show a version; its files are fetched, and compared with what was registered.

    Raises:
        CommandError: There is no such version, or its files are gone or altered.
    """
    del events
    place = place_of(request.folder)
    with kept(place) as keeper:
        found = fetched(place, keeper, address_of(request.address))
    report = {} if found.version is None else report_of(found.version)
    return ModelShowResult(found.version, Project.read(found.folder), report)


def report_of(version: Version) -> dict[str, Any]:
    """Return what the last promotion of a version showed."""
    try:
        read: dict[str, Any] = json.loads(version.tags.get("anops.promotion", "{}"))
    except ValueError:
        return {}
    return read


VERB = Verb("model show", "Show the details of a version.", ModelShowRequest, run)
