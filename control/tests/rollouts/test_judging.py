"""What follows from two versions side by side: one that fails goes, and too little says nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_control.deploying.ir import Challenger, Door, Ir, Model, Size
from anops_control.errors import CommandError
from anops_control.rollouts.judging import Rule, judged
from anops_control.rollouts.losses import scale_of
from anops_control.rollouts.observed import Observed, observed
from anops_model_interface.logged_rows import LoggedRow

if TYPE_CHECKING:
    from pathlib import Path

CHAMPION, CHALLENGER = (Model("cars", n, f"{n}.0.0", f"sha256:{n}", "r") for n in (1, 2))
RULE = Rule(metric="mae", better="lower bound", margin=0.0, level=0.95, least=50, most_errors=0.01)


def live(share: float = 0.2, *, shadow: bool = False) -> Ir:
    return Ir(
        project="cars", environment="live", provider="local", model=CHAMPION, size=Size(1, 1, None, None, None),
        door=Door("127.0.0.1", 0, [], None, allow_anyone=False), strategy="rolling", drain_seconds=30.0, image=None,
        api_image=None, namespace=None, challenger=Challenger(CHALLENGER, share, shadow, "AnOps-Unit"), labels={},
    )  # fmt: skip


def rows(count: int, better: float, *, seed: int = 3, units: int | None = None) -> Observed:
    """Return rows of which the challenger has answered a fifth, with errors that are smaller by so much."""
    random, found = np.random.default_rng(seed), Observed()
    for number in range(count):
        unit = f"u{number % (units or count)}"
        which = CHALLENGER if (number % (units or count)) % 5 == 0 else CHAMPION
        error = random.normal(10, 1) - (better if which is CHALLENGER else 0)
        found.answered.append(
            LoggedRow(f"r{number}", 0, float(number), which.version, which.digest, {}, {"prediction": error}, {},
                      outcome=0.0, unit=unit)
        )  # fmt: skip
        found.requests[which.digest] += 1
    return found


@pytest.mark.parametrize(("better", "decision"), [(1.0, "promote"), (-1.0, "stop"), (0.0, "wait")])
def test_a_challenger_takes_over_goes_or_goes_on(better: float, decision: str) -> None:
    told = judged(live(), rows(1000, better), RULE)
    assert told["decision"] == decision
    assert told["low"] < told["improvement"] < told["high"]
    assert told["challenger"]["value"] == pytest.approx(10 - better, abs=0.3)


def test_the_rule_of_a_margin_takes_one_that_is_not_worse_by_more() -> None:
    told = judged(live(), rows(2000, 0.0), Rule(**{**vars_of(RULE), "better": "margin", "margin": 0.5}))
    assert (told["decision"], told["low"] > -0.5) == ("promote", True)


def test_rows_of_one_unit_are_one_observation() -> None:
    told = judged(live(), rows(1000, 0.0, units=500), RULE)
    assert told["observations"] == 500


def test_what_named_its_version_is_not_compared() -> None:
    found = rows(1000, 1.0)
    for number in range(200):  # somebody tries the challenger with rows that no version can get right
        found.answered.append(
            LoggedRow(f"t{number}", 0, 2000.0 + number, CHALLENGER.version, CHALLENGER.digest, {},
                      {"prediction": 500.0}, {}, outcome=0.0)
        )  # fmt: skip
    told = judged(live(), found, RULE)
    assert (told["decision"], told["observations"], told["left_out"]) == ("promote", 1000, 200)
    assert (told["challenger"]["outcomes"], told["challenger"]["value"]) == (200, pytest.approx(9, abs=0.3))


def test_too_few_outcomes_say_nothing() -> None:
    told = judged(live(), rows(200, 5.0), RULE)
    assert told["decision"] == "wait"
    assert "40 observations of the challenger are too few" in told["says"]


def test_a_challenger_that_fails_goes_whatever_its_outcomes() -> None:
    found = rows(1000, 1.0)
    found.failures = {"2.0.0": Counter({"WORKER_DIED": 5}), "1.0.0": Counter({"DEADLINE": 1})}
    told = judged(live(), found, RULE)
    assert told["decision"] == "stop"
    assert told["says"].startswith("5 of 205 requests of the challenger failed (5 with WORKER_DIED)")
    found.failures["1.0.0"] = Counter({"DEADLINE": 100})  # where both fail, it is not the version
    assert judged(live(), found, RULE)["decision"] == "promote"


def test_a_metric_of_ranks_is_refused_with_those_that_can_be_used() -> None:
    with pytest.raises(CommandError, match="can't be compared in service by `roc_auc`") as refused:
        judged(live(), rows(500, 0.0), Rule(**{**vars_of(RULE), "metric": "roc_auc"}))
    assert "rmse, mae, log_loss, brier, accuracy" in str(refused.value.remedy)


def test_without_a_log_nothing_is_known(tmp_path: Path) -> None:
    told = judged(live(), observed(tmp_path / "none.db", 0.0), RULE)
    assert (told["decision"], told["metric"]) == ("wait", None)


def vars_of(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__slots__}


def test_logged_classes_are_compared_as_classes() -> None:
    said = [LoggedRow(f"r{n}", 0, 0.0, "1", "", {}, {"prediction": n % 2}, {}, outcome=n % 3 % 2) for n in range(12)]
    assert scale_of(None, said).metric.name == "accuracy"
    with pytest.raises(CommandError, match="are the classes 0 and 1, no probabilities"):
        scale_of("brier", said)
