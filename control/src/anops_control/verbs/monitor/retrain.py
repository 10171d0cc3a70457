"""Refits a served model, compares it with the version in use, and promotes it where the rule allows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.monitoring.retraining import Retrained, retrained
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRetrainRequest:
    """Which model."""

    folder: Path
    """The project's folder."""
    log: Path | None = None
    """A log other than the project's: a file."""
    reason: str = ""
    """Why, for the description of the version."""


def run(request: MonitorRetrainRequest, events: Events) -> Retrained:
    """Fit it anew; until the new version is promoted, the project stays as it is.

    Raises:
        CommandError: Another does so already, too few outcomes are known, or a step failed.
        AnOpsError: The new model fails on the reference rows.
    """
    return retrained(request.folder, events, log=request.log, because=request.reason)


VERB = Verb("monitor retrain", "Refit the model, compare it with the one in use, and promote it by the rule.",
            MonitorRetrainRequest, run)  # fmt: skip
