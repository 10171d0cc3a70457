"""Judges a challenger: how it does beside the champion, and whether it is to take over, to go, or to go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_control.rollouts.losses import scale_of
from anops_control.rollouts.observed import assigned, known, pairs_of, units_of
from anops_control.rollouts.sequence import METHOD, always_valid, weighted

if TYPE_CHECKING:
    from anops_control.deploying.ir import Ir, Model
    from anops_control.rollouts.observed import Observed, Units

PROMOTE, STOP, WAIT = "promote", "stop", "wait"
_FEWEST_FAILURES = 3
"""So many failures are no chance any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a challenger takes over, and when it goes.

    Attributes:
        metric: What is compared; None: what suits the predictions.
        better: "lower bound": its improvement must lie above 0; "margin": above `-margin`.
        margin: How much worse it may be under the rule "margin".
        level: The level of the interval.
        least: Before so many observations of each nothing follows from the metric.
        most_errors: The share of its requests that may fail.
    """

    metric: str | None
    better: str
    margin: float
    level: float
    least: int
    most_errors: float

    def decided(self, low: float, high: float) -> str:
        """Return what follows from an interval of its improvement."""
        wanted = -self.margin if self.better == "margin" else 0.0
        return PROMOTE if low > wanted else STOP if high < wanted else WAIT


def judged(ir: Ir, found: Observed, rule: Rule) -> dict[str, Any]:
    """Return how both do, what follows, and why in a sentence."""
    if ir.challenger is None:
        raise ValueError("an environment without a challenger has nothing to compare")
    champion, challenger = ir.model, ir.challenger.model
    told: dict[str, Any] = {
        "environment": ir.environment, "share": ir.challenger.share, "shadow": ir.challenger.shadow,
        "champion": _arm(champion, found), "challenger": _arm(challenger, found), "metric": None,
        "improvement": None, "low": None, "high": None, "level": rule.level, "method": METHOD, "observations": 0,
        "left_out": 0, "decision": WAIT, "says": "",
    }  # fmt: skip
    _compare(told, ir, found, rule)
    failing = _failing(told["champion"], told["challenger"], rule)
    if failing:
        told |= {"decision": STOP, "says": failing}
    return told


def _compare(told: dict[str, Any], ir: Ir, found: Observed, rule: Rule) -> None:
    """Add the metric of both, and the interval of the improvement."""
    champion, challenger = ir.model.digest, told["challenger"]["digest"]
    is_shadow = told["shadow"]
    answered = known(found.answered)
    counted = answered if is_shadow else assigned(answered)
    told["left_out"] = len(answered) - len(counted)
    first = [row for row in counted if row.digest == champion]
    second = [row for row in (known(found.beside) if is_shadow else counted) if row.digest == challenger]
    if not first or not second:
        told["says"] = _no_outcomes(found)
        return
    scale = scale_of(rule.metric, [*first, *second])
    told["metric"] = scale.metric.name
    for name, rows in (("champion", first), ("challenger", second)):
        losses = scale.losses(rows)
        told[name] |= {"outcomes": len(rows), "value": scale.value(losses[~np.isnan(losses)])}
    units = pairs_of(found, scale, champion) if is_shadow else units_of(found, scale, champion, challenger)
    fewest = _fewest(units)
    told["observations"] = int(units.losses.size)
    if fewest < rule.least:
        told["says"] = f"{fewest} observations of the challenger are too few to tell: {rule.least} are wanted"
        return
    values = units.losses if units.challenger is None else weighted(units.losses, units.challenger, told["share"])
    interval = always_valid(values, rule.level)
    told |= {"improvement": interval.mean, "low": interval.low, "high": interval.high,
             "decision": rule.decided(interval.low, interval.high)}  # fmt: skip
    what = {"rmse": "the squared error"}.get(scale.metric.name, "the error" if scale.metric.name == "accuracy" else
                                             scale.metric.name)  # fmt: skip
    wanted = f"{-rule.margin:g}" if rule.better == "margin" else "0"
    how = {PROMOTE: f"lies above {wanted}", STOP: f"lies below {wanted}", WAIT: f"holds {wanted}"}[told["decision"]]
    told["says"] = (
        f"the challenger improves {what} by {interval.mean:.4g} ({rule.level:.0%} interval {interval.low:.4g} to "
        f"{interval.high:.4g}), which {how}"
    )


def _fewest(units: Units) -> int:
    if units.challenger is None:
        return int(units.losses.size)
    return int(min(units.challenger.sum(), (~units.challenger).sum()))


def _arm(model: Model, found: Observed) -> dict[str, Any]:
    failed = found.failures.get(model.version, Counter())
    return {"number": model.number, "version": model.version, "digest": model.digest,
            "requests": found.requests[model.digest], "failures": sum(failed.values()), "codes": dict(failed),
            "outcomes": 0, "value": None}  # fmt: skip


def _failing(champion: dict[str, Any], challenger: dict[str, Any], rule: Rule) -> str:
    """Say that a challenger fails too often; empty where it does not."""
    shares = [each["failures"] / max(1, each["failures"] + each["requests"]) for each in (champion, challenger)]
    if challenger["failures"] < _FEWEST_FAILURES or shares[1] <= max(rule.most_errors, shares[0]):
        return ""
    codes = ", ".join(f"{count} with {code}" for code, count in sorted(challenger["codes"].items()))
    asked = challenger["failures"] + challenger["requests"]
    return (
        f"{challenger['failures']} of {asked} requests of the challenger failed ({codes}): more than "
        f"{rule.most_errors:.2%}, and than the champion's {shares[0]:.2%}"
    )


def _no_outcomes(found: Observed) -> str:
    if found.without_values:
        return (
            f"{found.without_values} rows were kept without their values: a version whose `[service]` has "
            '`log_predictions = "values"` can be compared'
        )
    return "no outcome of both is known yet: tell what came true with `ao monitor outcomes`, or POST /outcomes"
