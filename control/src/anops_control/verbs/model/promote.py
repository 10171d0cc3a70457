"""Lets an alias point to a version that passes its gates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anops_control.events import Events, telling
from anops_control.promoting.promotion import Rule, promoted
from anops_control.tracking.addresses import address_of, check_alias
from anops_control.tracking.aliases import CHAMPION
from anops_control.tracking.finding import model_of, version_of
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.port import Version, told
from anops_control.verbs.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPromoteRequest:
    """What is promoted."""

    folder: Path
    """The project's folder."""
    address: str
    """The version: NAME, NAME@ALIAS or NAME/VERSION; of a name alone the newest."""
    alias: str = CHAMPION
    """The alias that is to point to it."""
    data: Path | None = None
    """Rows with their outcome, on which it is compared with the version that the alias points to: a
    CSV file, or a dataset as NAME or NAME/VERSION. By default `data` of `[tracking]`."""
    target: str | None = None
    """The column of the outcome."""
    metric: str | None = None
    """What is compared: rmse, mae, log_loss, brier, roc_auc, accuracy."""
    checks: bool = True
    """Look at the rules of `ao check` first, the reference rows among them."""
    comparison: bool = True
    """Compare it with the version that the alias points to."""


@dataclass(frozen=True, slots=True)
class ModelPromoteResult:
    """What the promotion showed.

    Attributes:
        version: The version.
        report: What was looked at, and what it showed.
    """

    version: Version
    report: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**told(self.version), "promotion": self.report}


def run(request: ModelPromoteRequest, events: Events) -> ModelPromoteResult:
    """Promote a version.

    Raises:
        CommandError: There is no such version, it does not pass, or another promotion was quicker.
        AnOpsError: The rows do not fit one of the versions, or it fails on them.
    """
    alias, place = check_alias(request.alias), place_of(request.folder)
    rule = Rule.of(
        place.section,
        place.home,
        data=request.data,
        target=request.target,
        metric=request.metric,
        checks=request.checks,
    )
    with telling(events), kept(place) as keeper:
        version = version_of(keeper, address_of(request.address))
        if not request.comparison:
            before = model_of(keeper, version.model).aliases.get(alias)
            if before is not None and before != version.number:
                events.warning(f"It is not compared with version {before}, which `{alias}` points to.")
        report = promoted(place, keeper, version, alias, rule, events, compare=request.comparison)
        return ModelPromoteResult(keeper.version(version.model, version.number), report)


VERB = Verb("model promote", "Move an alias to a version that passes its gates.", ModelPromoteRequest, run)
