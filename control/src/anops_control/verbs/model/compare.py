"""Compares two versions by statistics, on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anops_model_interface.codes import Code
from anops_project.project import Project

from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.promoting.comparing import compared
from anops_control.promoting.named_rows import named_rows
from anops_control.promoting.outcome_rows import read_outcomes
from anops_control.promoting.paired import Improvement
from anops_control.promoting.promotion import Rule
from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import fetched
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCompareRequest:
    """What is compared."""

    folder: Path
    """The project's folder."""
    champion: str
    """The current version: NAME@champion."""
    challenger: str
    """The version that may take its place: NAME/VERSION."""
    data: Path | None = None
    """Rows with their outcome: a CSV file, or a dataset. By default `data` of `[tracking]`."""
    target: str | None = None
    """The column of the outcome."""
    metric: str | None = None
    """What is compared: rmse, mae, log_loss, brier, roc_auc, accuracy."""


@dataclass(frozen=True, slots=True)
class ModelCompareResult:
    """How much better the challenger is.

    Attributes:
        found: The improvement, with its interval.
        enough: Whether a promotion would be granted for it.
        says: That in a sentence.
    """

    found: Improvement
    enough: bool
    says: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**self.found.to_dict(), "enough": self.enough, "says": self.says}


def run(request: ModelCompareRequest, events: Events) -> ModelCompareResult:
    """Compare two versions; nothing is moved.

    Raises:
        CommandError: There is no such version, no rows, or the metric does not suit.
        AnOpsError: The rows do not fit one of them, or it fails on them.
    """
    place = place_of(request.folder)
    rule = Rule.of(place.section, place.home, data=request.data, target=request.target, metric=request.metric)
    if rule.data is None:
        raise CommandError(
            "No rows are named to compare on.",
            remedy="Name a CSV file with the outcome in it: --data FILE.csv, or `data` under [tracking] in ao.toml.",
            code=Code.USAGE,
        )
    with telling(events), kept(place) as keeper:
        events.doing("Fetching both versions")
        champion = Project.read(fetched(place, keeper, address_of(request.champion)).folder)
        challenger = Project.read(fetched(place, keeper, address_of(request.challenger)).folder)
        with named_rows(rule.data, place.home, events) as named:
            rows = read_outcomes(named.file, rule.target, challenger)
            events.doing("Comparing both versions")
            found = compared(champion, challenger, rows, metric=rule.metric, level=rule.level, options=rule.options)
        events.idle()
    enough, says = rule.judged(found)
    return ModelCompareResult(found, enough, f"{says[:1].upper()}{says[1:]}.")


VERB = Verb("model compare", "Compare two versions by statistics, on the same rows.", ModelCompareRequest, run)
