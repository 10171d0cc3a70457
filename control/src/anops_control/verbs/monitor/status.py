"""Shows what is kept of a served model: predictions by fit, outcomes, the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.log_file import OtherFormError, shown, size_of
from anops_model_interface.moments import utc_text
from anops_model_interface.outcome_log import OutcomeStore
from anops_model_interface.prediction_log import PredictionStore

from anops_control.errors import CommandError
from anops_control.monitoring.finding import has_log, watched
from anops_control.monitoring.port import monitor
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorStatusRequest:
    """Of which project."""

    folder: Path
    """The project's folder."""
    log: Path | None = None
    """A log other than the project's: a file."""


@dataclass(frozen=True, slots=True)
class MonitorStatusResult:
    """What is kept.

    Attributes:
        log: The log, and its size in bytes; None where nothing was kept yet.
        bytes: Its size.
        fits: What each fit was asked.
        outcomes: How many outcomes there are.
        dropped: How many requests could not be kept.
        baseline: What is known of the baseline; None where there is none.
    """

    log: str | None
    bytes: int
    fits: list[dict[str, Any]]
    outcomes: int
    dropped: int
    baseline: dict[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "log": self.log,
            "bytes": self.bytes,
            "fits": self.fits,
            "outcomes": self.outcomes,
            "dropped": self.dropped,
            "baseline": self.baseline,
        }


def run(request: MonitorStatusRequest, _: Events) -> MonitorStatusResult:
    """Show it.

    Raises:
        CommandError: The log or the baseline can't be read.
    """
    found = watched(request.folder, log=request.log)
    with monitor() as who:
        baseline = who.baseline(found.baseline) if found.baseline.is_file() else None
    if not has_log(found):
        return MonitorStatusResult(None, 0, [], 0, 0, baseline)
    try:
        predictions, outcomes = PredictionStore(found.log, only_read=True), OutcomeStore(found.log, only_read=True)
        try:
            fits = [
                {
                    "model": each.model,
                    "version": each.version,
                    "digest": each.digest,
                    "requests": each.asked.requests,
                    "rows": each.asked.rows,
                    "rows_with_values": each.rows_with_values,
                    "first": utc_text(each.asked.first),
                    "last": utc_text(each.asked.last),
                }
                for each in predictions.fits()
            ]
            counted, dropped, size = outcomes.count(), predictions.dropped(), size_of(found.log)
        finally:
            predictions.close()
            outcomes.close()
    except (OSError, OtherFormError) as error:
        raise CommandError(f"The prediction log can't be read: {error}", code=Code.STORE_UNUSABLE) from error
    return MonitorStatusResult(shown(found.log), size, fits, counted, dropped, baseline)


VERB = Verb("monitor status", "Show what is stored of a served model's predictions and outcomes.",
            MonitorStatusRequest, run)  # fmt: skip
