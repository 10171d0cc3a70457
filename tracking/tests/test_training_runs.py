"""Runs of `ao train`: data versions, MLflow's own calls and autologging, and the version that comes of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.surroundings import Surroundings, surrounded
from languages import first
from sklearn.datasets import load_iris

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Asked

IN_PYTHON = """
import anops, joblib, mlflow, pandas
from sklearn.linear_model import LogisticRegression

mlflow.sklearn.autolog(log_models=False, log_datasets=False)

def load_data():
    return anops.data("flowers")

def split_data(data):
    return data, data

def build_pipeline(config):
    return LogisticRegression(max_iter=config["max_iter"])

def train_model(pipeline, train):
    with mlflow.start_run():
        mlflow.log_metric("by_mlflow", 7)
    model = pipeline.fit(train.drop(columns="species"), train["species"])
    with mlflow.start_run():
        mlflow.log_metric("after_autologging", 8)
    return model

def evaluate(model, test):
    LogisticRegression(max_iter=400).fit(test.drop(columns="species"), test["species"])
    return {"accuracy": model.score(test.drop(columns="species"), test["species"])}

def save_model(model, path):
    joblib.dump(model, path)
"""
IN_R = """
for (file in list.files(Sys.getenv("R_CLIENT"), full.names = TRUE)) source(file)
load_data <- function() data_read("flowers")
split_data <- function(data) list(train = data, test = data)
build_pipeline <- function() mpg ~ wt
train_model <- function(pipeline, train) {
  log_metric("by_r", 7)
  lm(pipeline, data = train)
}
evaluate <- function(model, test) list(accuracy = 1)
save_model <- function(model, path) saveRDS(model, path)
"""


@pytest.fixture
def outside() -> Iterator[None]:
    """Let verbs know of the environment what `ao` lets them know."""
    with surrounded(Surroundings.of(os.environ)):
        yield


def _rows(language: str, folder: Path) -> Path:
    file = folder / "rows.csv"
    if language == "r":
        subprocess.run(["Rscript", "-e", f"write.csv(mtcars, '{file}', row.names = FALSE)"], check=True)
    else:
        flowers = load_iris(as_frame=True)
        flowers.data.assign(species=flowers.target_names[flowers.target]).to_csv(file, index=False)
    return file


@pytest.mark.usefixtures("outside")
@first("r")
def test_all_that_a_training_shows_is_one_run(
    language: str,
    project: Callable[[str], Asked],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    asked = project(language)
    (asked.folder / ("train.py" if language == "python" else "train.R")).write_text(
        IN_PYTHON if language == "python" else IN_R
    )
    (asked.folder / "config.toml").write_text("max_iter = 300\n")
    monkeypatch.setenv("R_CLIENT", str(pytestconfig.rootpath / "client/r/anops/R"))
    kept = asked("data add", file=_rows(language, tmp_path), name="flowers").stored
    trained = asked("train", take_in=False)
    asked("runs list")  # sends it
    (only,) = asked("runs list").runs
    told: dict[str, Any] = asked("runs show", run=only.id).to_dict()
    assert told["status"] == "FINISHED"
    assert told["name"] == told["tags"]["anops.training"]
    assert asked("runs show", run=told["name"]).to_dict()["id"] == only.id
    assert json.loads(told["tags"]["anops.data"]) == [
        {"name": "flowers", "version": kept.version, "hash": kept.hash, "role": "read"}
    ]
    assert told["metrics"]["accuracy"] > 0.9
    assert told["parameters"]["seed"] == "1"
    if language == "python":
        assert told["metrics"]["by_mlflow"] == 7
        assert told["metrics"]["after_autologging"] == 8
        assert told["parameters"]["solver"] == "lbfgs"
        assert told["metrics"]["training_accuracy_score"] > 0.9
    else:
        assert told["metrics"]["by_r"] == 7
    shutil.copy(trained.model, asked.folder / trained.model.name)
    assert asked("model register").version.run == only.id


FOLLOWS = """
import pathlib, sys
import mlflow
from anops_control.training.python_steps.mlflow_run import MlflowRun
MlflowRun(pathlib.Path(sys.argv[1], "lines")).follow()
mlflow.log_metric("seen", 1)
"""


def test_trainings_that_begin_at_once_in_a_fresh_project_are_a_run_each(tmp_path: Path) -> None:
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/tracking.db", "MLFLOW_EXPERIMENT_NAME": "demand"}
    folders = [tmp_path / name for name in ("first", "second", "third")]
    for folder in folders:
        folder.mkdir()
    begun = [
        subprocess.Popen([sys.executable, "-c", FOLLOWS, str(folder)], env={**os.environ, **variables},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for folder in folders
    ]  # fmt: skip
    said = [each.communicate() for each in begun]
    assert [each.returncode for each in begun] == [0, 0, 0], said
    assert "can't be kept" not in str(said)
    assert len({(folder / "lines").read_text() for folder in folders}) == 3
