"""Ready means that it predicts: a model is tried before it is called ready, in both languages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from little_models import write_project
from stack import serving, wait_until

if TYPE_CHECKING:
    from pathlib import Path


def with_reference(folder: Path, columns: dict[str, list[Any]]) -> Path:
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "tests" / "reference.json").write_text(json.dumps({"rows": {"columns": columns}}), encoding="utf-8")
    return folder


def said_by_a_service_that_is_never_ready(project: Path) -> str:
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "anops_model_service", "--project", str(project), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "ANOPS_START_SECONDS": "30"},
    )
    assert ended.returncode == 3, ended.stderr
    assert '"event": "listening"' not in ended.stdout
    return ended.stderr


def test_a_model_that_fails_on_its_reference_rows_is_never_ready(tmp_path: Path, language: str) -> None:
    project = with_reference(write_project(tmp_path / "m", language, "fails"), {"a": [1], "b": [2]})
    said = said_by_a_service_that_is_never_ready(project)
    assert "Model `fails` is not ready: it can't predict its reference rows, tests/reference.json." in said
    assert "no such gear" in said
    assert "→ If the model was refitted, take it in: ao refit." in said


def test_a_model_that_predicts_no_row_made_from_its_columns_is_never_ready(tmp_path: Path, language: str) -> None:
    project = write_project(
        tmp_path / "m", language, "fails", inputs='a = "number"\nb = { type = "number", values = [2] }'
    )
    said = said_by_a_service_that_is_never_ready(project)
    assert "it has no reference rows, and predicts none of the rows made from ao.toml. " in said
    assert "no such gear" in said
    assert "→ Give rows that it predicts: ao check --data FILE.csv --accept-predictions" in said


def test_a_model_whose_process_dies_over_its_reference_rows_is_never_ready(tmp_path: Path, language: str) -> None:
    project = with_reference(write_project(tmp_path / "m", language, "dies"), {"a": [1], "b": [2]})
    assert "its process died (signal SIGKILL) over a trial prediction" in said_by_a_service_that_is_never_ready(project)


@pytest.mark.parametrize("fork", ["true", "false"])
def test_a_model_that_dies_over_rows_that_nobody_sent_is_ready(
    tmp_path: Path, language: str, fork: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = 'a = "number"\nb = { type = "number", min = 2, max = 3 }'
    project = write_project(tmp_path / "m", language, "dies", inputs=inputs)
    monkeypatch.setenv("ANOPS_WORKER_FORK", fork)
    with serving(project) as stack:
        answer = stack.client.post("/predict", json={"data": [{"a": 5, "b": 3}]})
    assert answer.json()["predictions"] == [{"prediction": 5}]


@pytest.mark.parametrize("columns", [{"a": [1], "c": [2]}, {"a": ["text"], "b": [2]}])
def test_rows_that_no_longer_fit_the_columns_keep_no_model_from_being_ready(
    tmp_path: Path, language: str, columns: dict[str, list[Any]]
) -> None:
    project = with_reference(write_project(tmp_path / "m", language, "fails"), columns)
    with serving(project) as stack:
        assert stack.client.get("/health/ready").status_code == 200


def test_a_changed_model_that_fails_takes_no_worker_over(tmp_path: Path, language: str) -> None:
    project = with_reference(write_project(tmp_path / "m", language, "sum"), {"a": [1], "b": [2]})
    other = write_project(tmp_path / "other", language, "fails")
    code = "model.R" if language == "r" else "model.py"
    body = {"data": [{"a": 1, "b": 2}]}
    with serving(project) as stack:
        (first,) = stack.model.workers()
        shutil.copy(other / code, project / code)
        first.kill()
        wait_until(lambda: [worker.pid for worker in stack.model.workers()] not in ([first.pid], []))
        wait_until(lambda: stack.client.post("/predict", json=body).status_code == 200)
        assert stack.client.post("/predict", json=body).json()["predictions"] == [{"prediction": 3}]


def test_a_model_that_needs_an_option_without_a_default_is_ready(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path / "m", language, "sum", options='power = { type = "integer", min = 1 }')
    code = {
        "python": "def predict_model(model, data, power):\n    return data['a'] ** power\n",
        "r": "predict_model <- function(model, newdata, power) newdata$a^power\n",
    }[language]
    next(project.glob("model.*")).write_text(code, encoding="utf-8")
    with serving(project) as stack:
        answer = stack.client.post("/predict", json={"data": [{"a": 5, "b": 3}], "options": {"power": 2}})
    assert answer.json()["predictions"] == [{"prediction": 25}]
