"""Tells how a running service is: ready or not, how many requests, how fast, what fails, how the workers are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.events import telling
from anops_control.looking.figures import ModelFigures, Samples, figures_of
from anops_control.looking.served import served
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRequest:
    """Which service is looked at."""

    folder: Path
    """The project whose service it is; a folder that is in no project: the service at port 8080."""
    url: str | None = None
    """Where it is; by default the one that serves this project, else at the port of ao.toml."""
    key: str | None = field(default=None, repr=False)
    """A key with the scope `metrics`, where the service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""


@dataclass(frozen=True, slots=True)
class StatusResult:
    """How it is.

    Attributes:
        url: Where it is.
        api_version: Its version.
        problem: Why it can't predict; None where it can.
        models: The figures of each model.
        samples: What they were made of, for a later look.
    """

    url: str
    api_version: str
    problem: str | None
    models: list[ModelFigures]
    samples: Samples

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "url": self.url,
            "api_version": self.api_version,
            "problem": self.problem,
            "models": [model.to_dict() for model in self.models],
        }


def run(request: StatusRequest, events: Events, before: Samples | None = None, seconds: float = 0.0) -> StatusResult:
    """Look at it once.

    Args:
        request: Which service.
        events: Takes warnings.
        before: What an earlier look gave.
        seconds: How long ago that was.

    Raises:
        AnOpsError: It refuses.
        CommandError: It can't be reached, or has no figures.
    """
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        problem = service.health()
        samples = Samples.of(service.metrics())
    version = next((has["version"] for name, has, _ in samples.values if name == "anops_api_info"), "")
    return StatusResult(service.url, version, problem, figures_of(samples, before, seconds), samples)


VERB = Verb("status", "Show the state of a running service.", StatusRequest, run)
