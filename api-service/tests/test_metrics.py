"""What is counted of a running service, as Prometheus reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_api_service.observing.measurements import Measurements
from anops_api_service.observing.prediction_sketch import PARTS, WINDOW_SECONDS, PredictionSketch
from anops_api_service.observing.request_counts import endpoint_of
from anops_model_interface.schema import Schema
from prometheus_client.parser import text_string_to_metric_families
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_model_service import FakeModelService, Loop

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
LABELS = {"model": "cars", "version": "1.0.0", "digest": "sha256:abc"}


@pytest.fixture
def running(loop: Loop, model_service: FakeModelService, cars: Schema) -> Iterator[Running]:
    model_service.serve(cars, **{"anops.digest": "sha256:abc"})
    with run_service(loop, model_service.url, measurements=Measurements()) as service:
        service.wait_until_ready()
        yield service


def scraped(running: Running) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = running.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(figures: dict[Any, float], name: str, /, **labels: str) -> float:
    """Return the one sample with these labels, whatever else it has."""
    found = [
        number for (known, has), number in figures.items() if known == name and labels.items() <= dict(has).items()
    ]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def post(running: Running, *rows: dict[str, Any], **more: Any) -> int:
    return running.http.post("/predict", json={"data": list(rows), **more}).status_code


def test_requests_are_counted_by_what_became_of_them(running: Running) -> None:
    assert post(running, ROW) == post(running, ROW, ROW) == 200
    assert post(running, {**ROW, "hp": "potato"}) == 422
    running.http.get("/nothing/at/all")
    figures = scraped(running)
    ok = {**LABELS, "endpoint": "predict", "status": "200", "code": "OK"}
    assert value(figures, "anops_requests_total", **ok) == 2
    assert value(figures, "anops_requests_total", **LABELS, status="422", code="COLUMN_TYPE") == 1
    assert value(figures, "anops_requests_total", endpoint="other", status="404") == 1
    assert value(figures, "anops_rows_total", **LABELS) == 3
    assert value(figures, "anops_column_refused_total", **LABELS, column="hp", code="COLUMN_TYPE") == 1


def test_the_time_of_a_request_is_split(running: Running) -> None:
    post(running, ROW)
    figures = scraped(running)
    parts = [value(figures, f"anops_{part}_seconds_sum", **LABELS) for part in ("queue", "model", "request")]
    assert all(part >= 0 for part in parts)
    assert 0 < parts[0] + parts[1] <= parts[2]
    for part in ("queue", "model", "request"):
        assert value(figures, f"anops_{part}_seconds_bucket", **LABELS, le="+Inf") == 1


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_rows_are_like_is_counted_by_column(running: Running, kind: str) -> None:
    rows = [ROW, {**ROW, "wt": None}, {**ROW, "hp": 500}, {**ROW, "wt": None, "hp": 900}]
    if kind == "json":
        assert post(running, *rows) == 200
    else:
        lines = [",".join("" if each is None else str(each) for each in row.values()) for row in rows]
        body = "\n".join([",".join(ROW), *lines, ""])
        answer = running.http.post("/predict", content=body, headers={"content-type": "text/csv"})
        assert answer.status_code == 200
    figures = scraped(running)
    assert value(figures, "anops_column_missing_total", **LABELS, column="wt") == 2
    assert value(figures, "anops_column_missing_total", **LABELS, column="hp") == 0
    assert value(figures, "anops_column_outside_total", **LABELS, column="hp") == 2
    assert value(figures, "anops_batch_rows_sum", **LABELS) == 4


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_what_is_replaced_in_rows_is_counted_as_what_it_was(
    loop: Loop, model_service: FakeModelService, kind: str
) -> None:
    model_service.serve(
        Schema.of(
            {
                "inputs": {
                    "size": {"type": "number", "missing": 7},
                    "kind": {"type": "category", "levels": ["a", "b"], "novel": "a", "missing": "b"},
                    "open": {"type": "category", "levels": ["a"], "novel": "allow", "missing": "allow"},
                }
            }
        )
    )
    rows: list[dict[str, Any]] = [{"size": 1.0, "kind": "a", "open": "a"}]
    rows += [{**rows[0], "size": None}, {**rows[0], "kind": "new"}, {**rows[0], "open": "new"}]
    with run_service(loop, model_service.url, measurements=Measurements()) as running:
        running.wait_until_ready()
        if kind == "json":
            assert post(running, *rows) == 200
        else:
            lines = [",".join("" if each is None else str(each) for each in row.values()) for row in rows]
            body = "\n".join([",".join(rows[0]), *lines, ""])
            answer = running.http.post("/predict", content=body, headers={"content-type": "text/csv"})
            assert answer.status_code == 200
        figures = scraped(running)
    assert value(figures, "anops_column_missing_total", column="size") == 1
    assert value(figures, "anops_column_novel_total", column="kind") == 1
    assert value(figures, "anops_column_novel_total", column="open") == 1


def test_predictions_have_quantiles_and_sums(running: Running) -> None:
    for hp in range(100):
        assert post(running, {**ROW, "hp": hp}) == 200
    figures = scraped(running)
    predicted = [2.5 + 6 + hp for hp in range(100)]
    assert value(figures, "anops_prediction_sum", **LABELS, output="prediction") == pytest.approx(sum(predicted))
    assert value(figures, "anops_prediction_count", **LABELS, output="prediction") == 100
    half = value(figures, "anops_prediction", **LABELS, output="prediction", quantile="0.5")
    assert half == pytest.approx(np.median(predicted), abs=2)


def test_answers_of_different_types_do_not_go_together(loop: Loop, model_service: FakeModelService) -> None:
    types = {"type": "category", "levels": ["response", "link"], "default": "response"}
    inputs = {"shop": {"type": "number"}, "size": {"type": "number", "missing": "allow"}, "member": "boolean"}
    outputs = {"prediction": {"type": "number"}}
    metrics = {
        "rows": {"sum": "1", "by": "shop"},
        "total": {"sum": "prediction"},
        "large": {"sum": "(size > 2) + member", "by": "member"},
    }
    model_service.serve(
        Schema.of({"inputs": inputs, "outputs": outputs, "options": {"type": types}}),
        **{"anops.metrics": json.dumps(metrics)},
    )
    row = {"shop": 12345678, "size": 3, "member": True}
    with run_service(loop, model_service.url, measurements=Measurements()) as running:
        running.wait_until_ready()
        assert post(running, row, {**row, "shop": 12345679, "size": 1}, {**row, "size": None}) == 200
        assert post(running, row, options={"type": "response"}) == 200
        assert post(running, row, {**row, "size": 5}, options={"type": "link"}) == 200
        figures = scraped(running)
    for kind, rows in (("response", 4), ("link", 2)):
        assert value(figures, "anops_metric_rows_total", name="total", type=kind) == pytest.approx(
            value(figures, "anops_prediction_count", output="prediction", type=kind)
        )
        assert sum(
            number for (sample, has), number in figures.items()
            if sample == "anops_metric_sum" and {("name", "rows"), ("type", kind)} <= has
        ) == rows  # fmt: skip
    assert value(figures, "anops_metric_sum", name="rows", value="12345679", type="response") == 1
    assert value(figures, "anops_metric_sum", name="large", value="true", type="response") == 2 + 1 + 2
    assert value(figures, "anops_metric_rows_total", name="large", value="true", type="response") == 3
    assert value(figures, "anops_metric_sum", name="large", value="true", type="link") == 4


def test_the_state_of_the_model_is_told_also_while_it_is_away(
    running: Running, model_service: FakeModelService
) -> None:
    assert value(scraped(running), "anops_model_ready", **LABELS) == 1
    model_service.set_serving(serving=False)
    running.wait_for("/health/ready", 503)
    assert value(scraped(running), "anops_model_ready", **LABELS) == 0
    assert value(scraped(running), "anops_queue_requests", **LABELS) == 0


def test_no_path_and_no_column_that_was_sent_becomes_a_label(running: Running) -> None:
    for i in range(3):
        running.http.get(f"/secret{i}")
        assert post(running, {**ROW, f"odd{i}": 1}) == 200
        assert post(running, {f"odd{i}": 1}) == 422
    told = running.http.get("/metrics").text
    assert "secret" not in told
    assert "odd" not in told


def test_openmetrics_is_given_to_who_asks_for_it(running: Running) -> None:
    answer = running.http.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_without_the_setting_there_are_none(service: Running) -> None:
    assert service.http.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/predict", "predict"),
        ("/models/cars/predict", "predict"),
        ("/models/cars/versions/1.0/predict", "predict"),
        ("/models/cars/versions/1.0/model", "model"),
        ("/models/cars/docs/try", "docs"),
        ("/models", "models"),
        ("/health/ready", "health"),
        ("/", "other"),
        ("/wp-login.php", "other"),
        ("/v2/models/cars/infer", "infer"),
        ("/v2/models/cars/versions/1/infer", "infer"),
        ("/v2/models/infer", "v2"),
        ("/invocations", "invocations"),
        ("/models/cars/invocations", "invocations"),
    ],
)
def test_a_path_is_told_in_a_word(path: str, endpoint: str) -> None:
    assert endpoint_of(path) == endpoint


def test_quantiles_are_those_of_the_last_minutes() -> None:
    now = [0.0]
    sketch = PredictionSketch(clock=lambda: now[0])
    sketch.add(np.full(50, 1.0))
    assert sketch.quantiles()[0.5] == 1.0
    now[0] = WINDOW_SECONDS * (PARTS - 1) / PARTS
    sketch.add(np.array([3.0, np.nan, np.inf]))
    assert sketch.quantiles()[0.5] == 1.0
    assert sketch.missing == 2
    now[0] = WINDOW_SECONDS + 1
    assert sketch.quantiles()[0.5] == 3.0
    now[0] = 3 * WINDOW_SECONDS
    assert sketch.quantiles() == {}
    assert sketch.count == 51
