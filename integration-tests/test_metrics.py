"""The figures of both services together: those of the workers come from the model-service, in both languages."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from little_models import write_project
from prometheus_client.parser import text_string_to_metric_families
from stack import Stack, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stack(tmp_path: Path, language: str) -> Iterator[Stack]:
    project = write_project(tmp_path / "project", language, "sum", service="workers = 2", row_independent=True)
    figure = '[metrics.large]\nsum = "a * (prediction > 3)"\nby = "b"\n'
    with (project / "ao.toml").open("a", encoding="utf-8") as file:
        file.write(figure)
    with serving(project) as stack:
        yield stack


def samples(stack: Stack, name: str) -> list[float]:
    families = text_string_to_metric_families(stack.client.get("/metrics").text)
    return [sample.value for family in families for sample in family.samples if sample.name == name]


def test_workers_and_predictions_are_counted(stack: Stack) -> None:
    wait_until(lambda: samples(stack, "anops_workers_ready") == [2])
    assert samples(stack, "anops_workers_wanted") == [2]
    assert samples(stack, "anops_workers_restarted_total") == [0]
    assert all(1e6 < memory < 4e9 for memory in samples(stack, "anops_worker_memory_bytes"))
    rows = [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    for _ in range(3):
        assert stack.client.post("/predict", json={"data": rows}).status_code == 200
    assert samples(stack, "anops_rows_total") == [6]
    assert samples(stack, "anops_prediction_sum") == [30]
    assert samples(stack, "anops_metric_sum") == [0, 9]  # by what `b` is: 1 + 2 is not above 3, 3 + 4 is
    assert samples(stack, "anops_metric_rows_total") == [3, 3]
    [model], [queue], [total] = (samples(stack, f"anops_{part}_seconds_sum") for part in ("model", "queue", "request"))
    assert model > 0
    assert model + queue < total
    os.kill(stack.model.workers()[0].pid, signal.SIGKILL)
    wait_until(lambda: samples(stack, "anops_workers_restarted_total") == [1])
    wait_until(lambda: samples(stack, "anops_workers_ready") == [2])
