"""What a report says of rows that have moved, and of rows that have not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Prediction, PredictionStore
from anops_model_interface.schema import Schema
from anops_monitoring.adapter import MONITOR
from anops_monitoring.baseline import Baseline
from anops_monitoring.failures import MonitoringError
from anops_monitoring.logged import Logged, LoggedRow, join, read_log
from anops_monitoring.report import report_of

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = Schema.of(
    {
        "inputs": {
            "x": {"type": "number", "seen": [-4, 4]},
            "g": {"type": "category", "levels": ["a", "b"], "novel": "allow"},
            "said": "string",
        },
        "outputs": {"prediction": "number"},
    }
)
MONDAY = 1_764_547_200.0  # 2025-12-01, in UTC
DAY = 86_400.0


def inputs(rows: int, *, shift: float = 0.0, level: str = "b", seed: int = 1) -> dict[str, list[Any]]:
    generator = np.random.default_rng(seed)
    return {
        "x": generator.normal(shift, size=rows).tolist(),
        "g": generator.choice(["a", level], rows).tolist(),
        "said": [f"{word} day" for word in generator.choice(["good", "fine", "warm"], rows)],
    }


def baseline(rows: int = 400) -> Baseline:
    columns = inputs(rows)
    return Baseline(columns, {"prediction": columns["x"]}, None, {"rows": rows, "source": "train.csv"})


def logged(columns: dict[str, list[Any]], *, outcome: Any = None, width: float = 1.6449) -> Logged:
    names = list(columns)
    rows = [
        LoggedRow(
            f"r{place}", 0, MONDAY + place * DAY / 40, "1", "sha256:1", dict(zip(names, values, strict=True)),
            {"prediction": values[0], "lower": values[0] - width, "upper": values[0] + width},
            {"interval": "prediction", "level": 0.9}, None if outcome is None else float(outcome[place]),
        )
        for place, values in enumerate(zip(*columns.values(), strict=True))
    ]  # fmt: skip
    return Logged(rows=rows, requests=len(rows))


def column(window: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (each for each in (*window["columns"], *window["predictions"]) if each["column"] == name)
    return dict(found)


def test_where_nothing_has_moved_nothing_is_found() -> None:
    report = report_of(logged(inputs(400, seed=2)), baseline(), SCHEMA)
    assert [each["verdict"] for each in report["whole"]["columns"]] == ["none", "none", "none"]
    assert (report["findings"], report["says"]) == ([], "Nothing beyond chance.")


def test_a_column_that_has_moved_is_named_with_its_size() -> None:
    report = report_of(logged(inputs(400, shift=1.0, seed=2)), baseline(), SCHEMA)
    whole = report["whole"]
    moved = column(whole, "x")
    assert (moved["verdict"], moved["test"]["test"], moved["distance"]["measure"]) == ("large", "ks", "psi")
    low, high = moved["distance"]["interval"]
    assert 0.25 < low < moved["distance"]["value"] < high
    assert column(whole, "prediction")["verdict"] == "large"
    assert column(whole, "g")["verdict"] == "none"
    assert any(each["says"].startswith("Column `x` has moved, and the change is large") for each in report["findings"])


def test_p_values_are_corrected_for_all_columns_of_a_window() -> None:
    whole = report_of(logged(inputs(400, shift=0.2, seed=2)), baseline(), SCHEMA)["whole"]
    tests = [each["test"] for each in (*whole["columns"], *whole["predictions"]) if each["test"] is not None]
    least = min(tests, key=lambda each: each["p"])
    assert least["p_corrected"] == pytest.approx(len(tests) * least["p"])


def test_new_levels_words_and_missing_values_are_told() -> None:
    columns = inputs(400, level="z", seed=2)
    columns["said"] = ["nothing of the kind" for _ in columns["said"]]
    columns["x"] = [None if place % 2 else value for place, value in enumerate(columns["x"])]
    report = report_of(logged({**columns, "x": [value or 0.0 for value in columns["x"]]}), baseline(), SCHEMA)
    assert column(report["whole"], "g")["novel"]["examples"] == ["z"]
    assert column(report["whole"], "said")["distance"]["value"] == pytest.approx(1.0)
    log = logged({**columns, "x": [0.0 for _ in columns["x"]]})
    for row, value in zip(log.rows, columns["x"], strict=True):
        row.inputs["x"] = value
    missing = column(report_of(log, baseline(), SCHEMA)["whole"], "x")["missing"]
    assert (missing["count"], missing["share"], missing["baseline_share"]) == (200, 0.5, 0.0)
    assert missing["p_corrected"] < 1e-6


def test_too_few_rows_are_told_and_nothing_is_computed() -> None:
    report = report_of(logged(inputs(29, shift=1.0, seed=2), outcome=np.zeros(29)), baseline(), SCHEMA)
    moved = column(report["whole"], "x")
    assert (moved["test"], moved["distance"], moved["verdict"]) == (None, None, "unknown")
    assert report["says"] == "Nothing could be tested."
    assert moved["skipped"] == "29 values in the log and 400 in the baseline: fewer than 30 are too few for a test"
    assert report["whole"]["performance"]["skipped"] == "29 outcomes: fewer than 30 are too few"
    assert report["whole"]["coverage"][0]["p"] is None
    assert report["findings"] == []


@pytest.mark.parametrize(("spread", "verdict"), [(1.0, "as promised"), (2.0, "too narrow"), (0.2, "too wide")])
def test_promised_intervals_are_held_against_what_came_true(spread: float, verdict: str) -> None:
    columns = inputs(400, seed=2)
    came = np.array(columns["x"]) + np.random.default_rng(3).normal(0, spread, 400)
    (found,) = report_of(logged(columns, outcome=came), baseline(), SCHEMA)["whole"]["coverage"]
    within = int((np.abs(came - columns["x"]) <= 1.6449).sum())
    assert (found["promised"], found["rows"], found["within"], found["verdict"]) == (0.9, 400, within, verdict)
    assert found["below"] + found["above"] + found["within"] == 400


def test_intervals_of_the_expected_value_are_no_promise_for_outcomes() -> None:
    log = logged(inputs(60, seed=2), outcome=np.zeros(60))
    for each in log.rows:
        each.options = {"interval": "confidence", "level": 0.9}
    assert report_of(log, baseline(), SCHEMA)["whole"]["coverage"] == []


def test_metrics_have_intervals_and_outcomes_by_predictions_a_slope() -> None:
    columns = inputs(400, seed=2)
    came = 2 * np.array(columns["x"]) + np.random.default_rng(3).normal(0, 1, 400)
    found = report_of(logged(columns, outcome=came), baseline(), SCHEMA)["whole"]["performance"]
    metrics = {each["metric"]: each for each in found["metrics"]}
    errors = np.array(columns["x"]) - came
    assert metrics["rmse"]["value"] == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert metrics["mean_error"]["interval"][0] < errors.mean() < metrics["mean_error"]["interval"][1]
    low, high = found["calibration"]["slope_interval"]
    assert low < 2 < high


def test_each_week_and_each_segment_is_looked_at_by_itself() -> None:
    columns = inputs(560, seed=2)  # 40 rows a day
    columns["x"][280:] = [value + 2 for value in columns["x"][280:]]
    report = report_of(logged(columns), baseline(), SCHEMA, segment="g")
    assert [each["name"] for each in report["weeks"]] == ["week of 2025-12-01", "week of 2025-12-08"]
    assert [column(each, "x")["verdict"] for each in report["weeks"]] == ["none", "large"]
    assert [each["name"] for each in report["segments"]] == ["g = a", "g = b"]
    before = column(report["segments"][0], "x")
    assert before["baseline_rows"] == sum(level == "a" for level in baseline().inputs["g"])


def test_a_baseline_of_other_columns_is_refused() -> None:
    other = Baseline({"x": [1.0], "y": [1.0]}, {}, None, {})
    with pytest.raises(MonitoringError, match="other columns than the model") as refused:
        report_of(logged(inputs(40)), other, SCHEMA)
    assert refused.value.details == ("It lacks `g`, `said`.", "The model does not take `y`.")


def row(request: str, time: float, *, place: int = 0, **columns: Any) -> LoggedRow:
    return LoggedRow(request, place, time, "1", "", columns, {"prediction": 1.0}, {})


def test_outcomes_of_a_key_go_to_the_last_prediction_before_them() -> None:
    rows = [row("a", 10, who=7), row("b", 20, who=7), row("c", 20, who=7), row("d", 5, who=8)]
    key = Outcome.key_of({"who": 7.0})
    log = Logged(rows=rows)
    join(log, [Outcome(outcome=n, time=time, key=key) for n, time in ((1, 9), (2, 15), (3, 18), (4, 20), (5, 99))])
    # 9 is before all; 18 is the second of the first; of the two at 20 the one kept last has it
    assert [each.outcome for each in rows] == [2, None, 4, None]
    assert (log.outcomes, log.unknown) == (5, 1)


def test_outcomes_of_a_request_go_to_its_row_of_the_last_answer() -> None:
    rows = [row("a", 1, place=0), row("a", 1, place=1), row("a", 2, place=0)]
    log = Logged(rows=rows)
    join(log, [Outcome(outcome=4, time=3, request_id="a", row=0), Outcome(outcome=5, time=3, request_id="z", row=0)])
    assert [each.outcome for each in rows] == [None, None, 4]
    assert log.unknown == 1


def test_a_log_is_read_with_its_outcomes_and_what_limits_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    store = PredictionStore(file)
    kept = [
        Prediction(request_id=name, time=time, model="m", version="1", digest="sha256:1", rows=1, options="{}",
                   inputs=values, outputs='[{"prediction": 1}]')
        for name, time, values in (("a", 5000, '[{"x": 1}]'), ("b", 1000, '[{"x": 2}]'), ("c", 5001, None))
    ]  # fmt: skip
    store.add(kept, dropped=3, time=5001)
    store.close()
    outcomes = OutcomeStore(file)
    outcomes.add([Outcome(outcome="x", time=1, request_id="b")], received=1)
    outcomes.close()
    log = read_log(file, since=0, until=9999)
    assert [(each.request_id, each.outcome) for each in log.rows] == [("a", None), ("b", "x")]
    assert (log.requests, log.without_values, log.dropped, log.backwards) == (3, 1, 3, 1)
    log.rows = []
    notes = " ".join(report_of(log, baseline(), SCHEMA)["notes"])
    for said in (
        "Logged without values, so not examined: 1 row.",
        "Answered but not logged: 3 requests.",
        "The clock of the service was set",
    ):
        assert said in notes


def test_outcomes_that_are_no_numbers_are_left_out_and_told() -> None:
    columns = inputs(100)
    log = logged(columns, outcome=columns["x"])
    log.rows[0].outcome = "21,4"
    report = report_of(log, baseline(), SCHEMA)
    assert report["whole"]["performance"]["rows"] == 99
    assert any(each.startswith("Left out, since the outcome is not a number: 1 row.") for each in report["notes"])


def test_a_classifier_is_estimated_before_anything_came_true() -> None:
    schema = Schema.of({"inputs": {"x": "number"}, "outputs": {"no": "number", "yes": "number"}})
    generator = np.random.default_rng(4)
    chance = generator.uniform(size=2000)
    outputs = {"no": (1 - chance).tolist(), "yes": chance.tolist()}
    before = Baseline({"x": chance.tolist()}, outputs, None, {})
    rows = [LoggedRow(f"r{n}", 0, MONDAY, "1", "", {"x": p}, {"no": 1 - p, "yes": p}, {})
            for n, p in enumerate(chance)]  # fmt: skip
    estimate = report_of(Logged(rows=rows), before, schema)["whole"]["estimate"]
    metrics = {each["metric"]: each["value"] for each in estimate["metrics"]}
    came = generator.uniform(size=2000) < chance
    assert "An estimate without outcomes" in estimate["says"]
    assert metrics["accuracy"] == pytest.approx(((chance > 0.5) == came).mean(), abs=0.03)
    assert metrics["brier"] == pytest.approx(((chance - came) ** 2).mean(), abs=0.02)
    ranks = np.argsort(np.argsort(chance)) + 1
    area = (ranks[came].sum() - came.sum() * (came.sum() + 1) / 2) / (came.sum() * (~came).sum())
    assert metrics["roc_auc"] == pytest.approx(area, abs=0.03)


def test_the_page_stands_alone_and_writes_values_as_text(tmp_path: Path) -> None:
    columns = inputs(400, level="<script>", seed=2)
    came = np.array(columns["x"]) + 5
    report = report_of(logged(columns, outcome=came), baseline(), SCHEMA, segment="g")
    page = MONITOR.page(report, "cars 1.0.0")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    assert "too narrow" in page
    figures = MONITOR.exposed(report, {"model": "cars"})
    assert 'anops_coverage_share{model="cars",kind="interval",promised="0.9"} 0.0' in figures
    file = tmp_path / "baseline.parquet"
    baseline().write(file)
    assert Baseline.read(file) == baseline()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_outcomes_by_key_go_where_a_search_of_all_pairs_sends_them(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    file = tmp_path / "log.db"
    asked = [(str(n), float(generator.integers(0, 40)), int(generator.integers(0, 3)), "ab"[generator.integers(0, 2)])
             for n in range(60)]  # fmt: skip
    store = PredictionStore(file)
    store.add([
        Prediction(request_id=name, time=time, model="m", version="1", digest=digest, rows=1, options="{}",
                   inputs=f'[{{"who": {who}}}]', outputs='[{"prediction": 1}]') for name, time, who, digest in asked
    ])  # fmt: skip
    store.close()
    came = {(int(generator.integers(0, 3)), float(generator.integers(0, 50))): n for n in range(60)}
    outcomes = OutcomeStore(file)
    outcomes.add(
        [Outcome(outcome=n, time=time, key=Outcome.key_of({"who": who})) for (who, time), n in came.items()],
        received=99,
    )
    outcomes.close()
    for since, until, digest in ((0.0, float("inf"), None), (5.0, 20.0, None), (0.0, float("inf"), "a"), (5, 30, "b")):
        wanted: dict[str, int] = {}
        for (who, time), n in sorted(came.items(), key=lambda each: each[0][1]):
            before = [each for each in asked if each[2] == who and each[1] <= time]
            of = max(before, key=lambda each: (each[1], asked.index(each)), default=None)
            if of is not None and since <= of[1] < until and digest in {None, of[3]}:
                wanted.setdefault(of[0], n)
        log = read_log(file, since=since, until=until, digest=digest)
        assert {each.request_id: each.outcome for each in log.rows if each.outcome is not None} == wanted
