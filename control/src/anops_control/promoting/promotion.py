"""Moves an alias to a version that passes its gates, and only if nobody else was quicker."""

from __future__ import annotations

import json
import shlex
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.project import Project

from anops_control.budget import limited
from anops_control.checking import Choice, Status, check
from anops_control.errors import CommandError, ConfigurationError
from anops_control.findings import Severity
from anops_control.limits import Limits
from anops_control.promoting.comparing import compared
from anops_control.promoting.holding import require_free
from anops_control.promoting.named_rows import named_rows
from anops_control.promoting.outcome_rows import read_outcomes
from anops_control.tracking.addresses import Address
from anops_control.tracking.aliases import one_at_a_time, point_to
from anops_control.tracking.fetching import fetched
from anops_control.tracking.finding import model_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_project.sections.tracking import TrackingSection

    from anops_control.events import Events
    from anops_control.promoting.paired import Improvement
    from anops_control.tracking.opening import TrackingPlace
    from anops_control.tracking.port import Keeper, Version

_SECONDS = 600.0
_REPORT = "anops.promotion"
_REFUSED = "anops.promotion.refused"
_LONGEST = 4500
"""MLflow's older servers keep 5000 characters of a tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a version must show.

    Attributes:
        data: Rows with their outcome, a file or a dataset; None: it is not compared.
        target: The column of the outcome.
        metric: What is compared.
        better: The rule of `[tracking] better`.
        margin: How much worse it may be under the rule `margin`.
        level: The level of the interval.
        options: What both versions are asked with.
        checks: Whether the rules of `ao check` are looked at.
    """

    data: Path | None = None
    target: str | None = None
    metric: str | None = None
    better: str = "lower bound"
    margin: float = 0.0
    level: float = 0.95
    options: Mapping[str, Any] = field(default_factory=dict)
    checks: bool = True

    @classmethod
    def of(cls, section: TrackingSection, home: Path, **told: Any) -> Rule:  # noqa: ANN401  each has its own type
        """Return the rule of ao.toml, with what was said otherwise."""
        known = {key: value for key, value in told.items() if value is not None}
        data = known.pop("data", None) or (home / section.data if section.data else None)
        return cls(
            data=data,
            target=known.pop("target", section.target),
            metric=known.pop("metric", section.metric),
            better=section.better,
            margin=section.margin,
            level=section.level,
            options=section.options,
            **known,
        )

    def judged(self, found: Improvement) -> tuple[bool, str]:
        """Say whether an improvement is enough, and that in a sentence."""
        interval = f"{self.level:.0%} interval {found.low:.4g} to {found.high:.4g}"
        if self.better == "estimate":
            enough, wanted = found.improvement > 0, "the improvement must be above 0"
        elif self.better == "margin":
            enough, wanted = found.low > -self.margin, f"the interval must lie above {-self.margin:g}"
        else:
            enough, wanted = found.low > 0, "the interval of the improvement must lie above 0"
        said = (
            f"{found.metric} {found.champion:.4g} before, {found.challenger:.4g} now: improvement "
            f"{found.improvement:.4g} ({interval}, {found.method}, {found.rows} rows); {wanted}"
        )
        return enough, said


def promoted(
    place: TrackingPlace,
    keeper: Keeper,
    version: Version,
    alias: str,
    rule: Rule,
    events: Events,
    *,
    compare: bool = True,
) -> dict[str, Any]:
    """Let an alias point to a version, if that passes the gates.

    Who promotes says so first, in a tag of the model; before the alias moves, it must still be that one, and the alias
    where it was. So of two at once one wins, and the other is told.

    Returns:
        The report.

    Raises:
        CommandError: It does not pass, a person holds it, or another promotion was quicker.
    """
    require_free(model_of(keeper, version.model), version, alias)
    claim = claimed(keeper, version.model, alias)
    report = looked_at(place, keeper, version, alias, rule, events, compare=compare)
    moved(keeper, version, report, claim)
    return report


def looked_at(
    place: TrackingPlace,
    keeper: Keeper,
    version: Version,
    alias: str,
    rule: Rule,
    events: Events,
    *,
    compare: bool = True,
) -> dict[str, Any]:
    """Check whether a version passes the gates of an alias, and move nothing.

    Returns:
        The report.

    Raises:
        CommandError: It does not pass.
    """
    report, reasons = looked_into(place, keeper, version, alias, rule, events, compare=compare)
    if reasons:
        keeper.tag_version(version.model, version.number, _REFUSED, _written(report))
        raise CommandError(
            f"Version {version.number} of `{version.model}` is not promoted; `{alias}` stays where it was.",
            details=reasons,
            remedy=f"See what it is: ao model show {shlex.quote(f'{version.model}/{version.number}')}",
            code=Code.PROMOTION_REFUSED,
        )
    return report


def looked_into(
    place: TrackingPlace,
    keeper: Keeper,
    version: Version,
    alias: str,
    rule: Rule,
    events: Events,
    *,
    compare: bool = True,
) -> tuple[dict[str, Any], list[str]]:
    """Return what a version's gates show, and why it does not pass them; nothing is moved."""
    before = model_of(keeper, version.model).aliases.get(alias)
    report: dict[str, Any] = {
        "alias": alias,
        "version": version.number,
        "before": before,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    events.doing("Fetching the version")
    challenger = fetched(place, keeper, Address(version.model, version.number)).folder
    reasons = _checked(challenger, report, events) if rule.checks else []
    if compare and before is not None and before != version.number:
        reasons += _compared(place, keeper, (version.model, before), challenger, rule, report, events)
    events.idle()
    report["passed"] = not reasons
    report["says"] = _says(report, reasons)
    return report, reasons


def moved(keeper: Keeper, version: Version, report: dict[str, Any], claim: str) -> None:
    """Let an alias point to a version that has passed, as its report says.

    Args:
        keeper: Keeps both.
        version: The version.
        report: What was looked at.
        claim: What was said by who moves it.

    Raises:
        CommandError: A person holds it, or another promotion was quicker.
    """
    alias, before = report["alias"], report["before"]
    with one_at_a_time(keeper):
        now = model_of(keeper, version.model)
        require_free(now, keeper.version(version.model, version.number), alias)
        points_to = now.aliases.get(alias)
        if now.tags.get(_claim_of(alias)) != claim or points_to != before:
            raise CommandError(
                f"Another promotion of `{version.model}` was quicker: `{alias}` was not moved.",
                details=[
                    "The other one is about to move it."
                    if points_to == before
                    else f"It points to version {points_to or 'none'} by now."
                ],
                remedy="Look at that one, and promote again if it is still wanted.",
                code=Code.PROMOTION_OVERTAKEN,
            )
        keeper.tag_version(version.model, version.number, _REPORT, _written(report))
        point_to(keeper, version.model, alias, version.number)


def claimed(keeper: Keeper, model: str, alias: str) -> str:
    """Say that somebody moves an alias: whoever said so before is told that another was quicker."""
    claim = uuid.uuid4().hex
    keeper.tag_model(model, _claim_of(alias), claim)
    return claim


def _checked(folder: Path, report: dict[str, Any], events: Events) -> list[str]:
    with limited(Limits.of(None, None, default=_SECONDS)):
        outcomes = check(folder, Choice(), events)
    failed = [outcome for outcome in outcomes if outcome.status is Status.FAILED]
    report["checks"] = {outcome.rule: outcome.status.value for outcome in outcomes}
    return [
        f"{outcome.rule}: {finding.message}"
        for outcome in failed
        for finding in outcome.findings
        if finding.severity is Severity.ERROR
    ][:8]


def _compared(
    place: TrackingPlace,
    keeper: Keeper,
    before: tuple[str, int],
    challenger: Path,
    rule: Rule,
    report: dict[str, Any],
    events: Events,
) -> list[str]:
    if rule.data is None:
        why = (
            "It was not compared with the version before: name rows with their outcome with --data FILE.csv, or a "
            "dataset, or `data` under [tracking] in ao.toml; or leave the comparison out with --no-comparison."
        )
        return [why]
    events.doing("Comparing both versions")
    project = Project.read(challenger)
    with named_rows(rule.data, place.home, events) as named:
        rows = read_outcomes(named.file, rule.target, project)
        try:
            champion = Project.read(fetched(place, keeper, Address(*before)).folder)
        except (CommandError, ConfigurationError, AnOpsError) as error:
            return [f"The version before can't be used, so nothing is compared: {error}"]
        found = compared(champion, project, rows, metric=rule.metric, level=rule.level, options=rule.options)
    enough, said = rule.judged(found)
    report["comparison"] = {**found.to_dict(), "rule": rule.better, "margin": rule.margin,
                            "data": rule.data.name, "data_digest": rows.digest, "target": rows.target,
                            "says": said}  # fmt: skip
    if named.dataset is not None:
        report["comparison"]["dataset"] = {"name": named.dataset.name, "version": named.dataset.version}
    return [] if enough else [f"{said}."]


def _says(report: Mapping[str, Any], reasons: list[str]) -> str:
    if reasons:
        return f"Refused on {report['when'][:10]}: {'; '.join(reasons)}"
    compared_by = f": {report['comparison']['says']}" if "comparison" in report else ", without a comparison"
    return f"{report['alias']} on {report['when'][:10]}{compared_by}."


def _written(report: Mapping[str, Any]) -> str:
    text = json.dumps(report, ensure_ascii=False)
    if len(text) > _LONGEST:
        text = json.dumps({key: value for key, value in report.items() if key != "checks"}, ensure_ascii=False)
    return text


def _claim_of(alias: str) -> str:
    return f"anops.claim.{alias}"
