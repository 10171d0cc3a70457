"""What a report says of classifiers, whose answers are classes, a single probability, or one for each class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from anops_model_interface.schema import Schema
from anops_monitoring.baseline import Baseline
from anops_monitoring.estimate import estimated
from anops_monitoring.logged import Logged, LoggedRow
from anops_monitoring.report import report_of

ROWS = 200
GENERATOR = np.random.default_rng(8)
CHANCE = GENERATOR.uniform(size=ROWS)
CAME = np.where(GENERATOR.uniform(size=ROWS) < CHANCE, "yes", "no")
LABELS = np.where(CHANCE > 0.5, "yes", "no")
X = {"x": "number"}


def report(said: list[dict[str, Any]], options: list[dict[str, Any]], came: Any, /, **baseline: Any) -> dict[str, Any]:
    rows = [
        LoggedRow(f"r{place}", 0, 1_764_547_200.0, "1", "", {"x": 0.0}, *both, outcome=true)
        for place, (*both, true) in enumerate(zip(said, options, came, strict=True))
    ]
    known = Baseline(**{"inputs": {"x": [0.0] * ROWS}, "outputs": {}, "outcome": None, "facts": {}, **baseline})
    is_text = isinstance(known.outputs.get("prediction", [0])[0], str)
    prediction = {"type": "category", "levels": ["no", "yes"]} if is_text else "number"
    schema = Schema.of({"inputs": X, "outputs": {"prediction": prediction}})
    return report_of(Logged(rows=rows), known, schema)


def metrics(whole: dict[str, Any]) -> dict[str, float]:
    return {each["metric"]: each["value"] for each in whole["performance"]["metrics"]}


def test_the_probability_of_the_case_is_found_by_the_name_of_its_column() -> None:
    outputs = [{"no": 1 - p, "yes": p} for p in CHANCE]
    whole = report(outputs, [{"type": "probability"}] * ROWS, CAME)["whole"]
    found = metrics(whole)
    case = CAME == "yes"
    assert found["brier"] == pytest.approx(np.mean((CHANCE - case) ** 2))
    assert found["log_loss"] == pytest.approx(-np.mean(np.log(np.where(case, CHANCE, 1 - CHANCE))))
    assert found["accuracy"] == pytest.approx(np.mean(LABELS == CAME))
    assert found["roc_auc"] > 0.7
    assert whole["performance"]["case"] == "yes"


def test_classes_and_their_probabilities_are_judged_together() -> None:
    outputs = [{"prediction": LABELS[n]} if n % 2 else {"no": 1 - p, "yes": p} for n, p in enumerate(CHANCE)]
    options = [{"type": "class" if n % 2 else "probability"} for n in range(ROWS)]
    told = report(outputs, options, CAME, outputs={"prediction": LABELS.tolist()}, facts={"options": {"type": "class"}})
    assert metrics(told["whole"])["accuracy"] == pytest.approx(np.mean(LABELS == CAME))
    (drift,) = told["whole"]["predictions"]
    assert (drift["rows"], drift["verdict"]) == (ROWS, "none")
    assert {each["metric"] for each in told["whole"]["estimate"]["metrics"]} >= {"accuracy", "brier"}


def test_classes_that_are_numbers_are_no_probabilities() -> None:
    outputs = [{"prediction": int(p > 0.5)} for p in CHANCE]
    came = [int(each == "yes") for each in CAME]
    said = {"prediction": [each["prediction"] for each in outputs]}
    told = report(outputs, [{"type": "class"}] * ROWS, came, outputs=said, facts={"options": {"type": "class"}})
    assert metrics(told["whole"]) == {"accuracy": pytest.approx(np.mean(LABELS == CAME))}


def test_more_than_two_classes_have_the_log_loss_of_what_came_true() -> None:
    chances = GENERATOR.dirichlet([1, 2, 3], ROWS)
    came = [str(GENERATOR.choice(["hi", "lo", "mid"], p=each)) for each in chances]
    outputs = [dict(zip(("hi", "lo", "mid"), each.tolist(), strict=True)) for each in chances]
    performance = report(outputs, [{"type": "probability"}] * ROWS, came)["whole"]["performance"]
    of_true = [each[level] for each, level in zip(outputs, came, strict=True)]
    assert performance["metrics"][0]["value"] == pytest.approx(-np.mean(np.log(of_true)))
    assert sum(each["rows"] for each in performance["calibration"]["curve"]) == ROWS


def test_the_rows_of_the_fit_say_of_which_level_a_single_probability_is() -> None:
    # a factor whose second level is not the last one by its name
    outputs = [{"prediction": 1 - p} for p in CHANCE]
    said = {"prediction": (1 - CHANCE).tolist()}
    whole = report(outputs, [{}] * ROWS, CAME, outputs=said, outcome=CAME.tolist())["whole"]
    assert whole["performance"]["case"] == "no"
    assert metrics(whole)["roc_auc"] > 0.7
    assert whole["performance"]["metrics"] == whole["baseline_performance"]["metrics"]


def test_what_was_asked_for_on_another_scale_is_left_out_and_told() -> None:
    linear = np.log(CHANCE / (1 - CHANCE))
    outputs = [{"prediction": value if n < 50 else CHANCE[n]} for n, value in enumerate(linear.tolist())]
    options = [{"type": "link" if n < 50 else "response"} for n in range(ROWS)]
    told = report(outputs, options, CAME, facts={"options": {"type": "response"}})
    case = CAME[50:] == "yes"
    assert metrics(told["whole"])["brier"] == pytest.approx(np.mean((CHANCE[50:] - case) ** 2))
    assert any(
        each.startswith("Left out of the performance: 50 rows with an outcome, asked for on another scale")
        for each in told["notes"]
    )


def test_a_part_in_which_only_one_level_came_true_is_judged_as_the_whole() -> None:
    rows = [{"prediction": p} for p in CHANCE]
    told = report(rows, [{}] * ROWS, ["no"] * ROWS, outputs={"prediction": CHANCE.tolist()}, outcome=CAME.tolist())
    assert metrics(told["whole"])["brier"] == pytest.approx(np.mean(CHANCE**2))


def test_rows_of_one_probability_are_in_one_point_of_the_curve() -> None:
    outputs = [{"prediction": 0.25 if n < 150 else 0.75} for n in range(ROWS)]
    came = ["no"] * 75 + ["yes"] * 75 + ["yes"] * 50
    curve = report(outputs, [{}] * ROWS, came)["whole"]["performance"]["calibration"]["curve"]
    assert [(each["rows"], each["predicted"], each["observed"]) for each in curve] == [(150, 0.25, 0.5), (50, 0.75, 1)]


def test_levels_that_a_probability_can_not_be_of_are_named() -> None:
    told = report([{"prediction": p} for p in CHANCE], [{}] * ROWS, ["Yes", *CAME[1:]])
    says = "a probability is of one of two levels, and the outcomes have 3: `no`, `Yes`, `yes`"
    assert told["whole"]["performance"]["skipped"] == says


def test_the_estimated_area_is_the_mean_of_those_that_may_come_true() -> None:
    chance = np.random.default_rng(1).beta(0.5, 0.5, 30)
    told = estimated([{"prediction": p} for p in chance.tolist()], is_chance=True)
    assert told is not None
    (area,) = (each["value"] for each in told["metrics"] if each["metric"] == "roc_auc")
    ranks = chance.argsort().argsort() + 1
    came = np.random.default_rng(2).uniform(size=(20_000, 30)) < chance
    cases = came.sum(1)
    areas = ((came * ranks).sum(1) - cases * (cases + 1) / 2) / (cases * (30 - cases))
    assert area == pytest.approx(areas.mean(), abs=4 * areas.std() / np.sqrt(20_000))
