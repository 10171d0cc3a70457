"""A training as a job: its steps run in a container of an image, in both languages, and nothing is left of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import docker
import pytest

STEPS = {
    "python": """
import os

def load_data(config):
    return list(range(config["rows"]))

def split_data(data):
    return data[2:], data[:2]

def build_pipeline():
    return {}

def train_model(pipeline, train):
    FAILS
    return {"rows": len(train)}

def evaluate(model, test):
    print("in", os.uname().nodename)
    return {"rows": model["rows"], "inside": os.path.exists("/.dockerenv")}
""",
    "r": """
load_data <- function(config) seq_len(config$rows)
split_data <- function(data) list(train = data[-(1:2)], test = data[1:2])
train_model <- function(pipeline, train) {
  FAILS
  list(rows = length(train))
}
evaluate <- function(model, test) {
  cat("in", Sys.info()[["nodename"]], "\\n")
  list(rows = model$rows, inside = file.exists("/.dockerenv"))
}
""",
}
LACKS = {"python": "import nonesuch", "r": "library(nonesuch)"}
LIST = {"python": "requirements.txt", "r": "DESCRIPTION"}
PROVIDER = "kind: Provider\nprovider: docker\nspec: {{image: 'anops/model-service-{language}:0.1', memory: 1 GB}}\n"


@pytest.fixture
def project(tmp_path: Path, language: str) -> Path:
    artifact = {"python": "model.joblib", "r": "model.rds"}[language]
    (tmp_path / "ao.toml").write_text(
        f'[project]\nname = "line"\nversion = "0.1.0"\nlanguage = "{language}"\n\n[model]\nartifact = "{artifact}"\n',
        encoding="utf-8",
    )
    (tmp_path / "config.toml").write_text("rows = 12\n", encoding="utf-8")
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers/box.yaml").write_text(PROVIDER.format(language=language), encoding="utf-8")
    return tmp_path


def write(project: Path, language: str, fails: str = "") -> None:
    name = {"python": "train.py", "r": "train.R"}[language]
    (project / name).write_text(STEPS[language].replace("FAILS", fails), encoding="utf-8")


def ao(project: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ao", *words]
    ended = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended


def told(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return dict(json.loads(re.split(r"^(?=\{$)", ended.stdout, flags=re.MULTILINE)[-1]))


def test_steps_run_in_a_container(project: Path, language: str) -> None:
    write(project, language)
    done = told(ao(project, "train", "--in", "box", "--keep-project", "--json"))
    (run,) = done["runs"]
    assert (run["provider"], run["metrics"]) == ("box", {"rows": 10, "inside": 1})
    folder = Path(done["model"]).parent
    assert Path(done["model"]).is_file()
    assert not (folder / "job").exists()
    lines = [json.loads(line) for line in (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    images = {line["value"] for line in lines if line["name"] == "anops.image_name"}
    assert images == {f"anops/model-service-{language}:0.1"}
    filters = {"label": f"org.anops.training={run['name']}"}
    assert docker.from_env().containers.list(all=True, filters=filters, ignore_removed=True) == []


@pytest.mark.parametrize("language", ["python"])
def test_a_project_without_an_image_is_told_to_build_one(project: Path, language: str) -> None:
    write(project, language)
    refused = ao(project, "train", "--in", "docker", code=3)
    assert "`line` has no image yet, in whose container it could be trained." in refused.stderr
    assert "Build it: ao build" in refused.stderr
    assert not (project / ".anops/training").exists()


@pytest.mark.long
def test_a_step_that_lacks_a_package_says_where_it_goes_and_goes_on_in_a_container(
    project: Path, language: str
) -> None:
    write(project, language, LACKS[language])
    failed = ao(project, "train", "--in", "box", "--keep-project", code=1)
    said = " ".join(failed.stderr.split())
    assert f"Name `nonesuch` in {LIST[language]} and build the image again, with `ao build`." in said
    assert "To go on with this step after that: ao train --resume" in said
    write(project, language)
    done = told(ao(project, "train", "--resume", "--keep-project", "--json"))  # where it was begun
    assert (done["runs"][0]["provider"], done["runs"][0]["metrics"]["inside"]) == ("box", 1)


DATA = {
    "python": """
import anops
from anops.training import Workflow, register_workflow

@register_workflow
class Sales(Workflow):
    def load_data(self):
        return anops.data("sales")
    def split_data(self, data):
        return data, data
    def build_pipeline(self):
        return 1
    def train_model(self, pipeline, train):
        anops.log_metric("mean", float(train["amount"].mean()))
        return {"mean": float(train["amount"].mean())}
    def evaluate(self, model, test):
        return {"missing": float(test["amount"].isna().sum())}
""",
    "r": """
load_data <- function() anops::data_read("sales")
split_data <- function(data) list(train = data, test = data)
train_model <- function(pipeline, train) {
  anops::log_metric("mean", mean(train$amount, na.rm = TRUE))
  list(mean = mean(train$amount, na.rm = TRUE))
}
evaluate <- function(model, test) list(missing = sum(is.na(test$amount)), factor = is.factor(test$region))
""",
}


@pytest.mark.long
def test_steps_read_datasets_and_tell_metrics_by_the_client(project: Path, language: str) -> None:
    """The client is added to the image, once; `ao` is asked out of the container."""
    rows = "region,amount\nnorth,1\nsouth,NA\nnorth,3\n"
    (project / "sales.csv").write_text(rows, encoding="utf-8")
    ao(project, "data", "add", "sales.csv", "--category", "region")
    (project / {"python": "train.py", "r": "train.R"}[language]).write_text(DATA[language], encoding="utf-8")
    done = told(ao(project, "train", "--in", "box", "--keep-project", "--json"))
    assert done["runs"][0]["metrics"]["missing"] == 1
    lines = [
        json.loads(line)
        for line in (Path(done["model"]).parent / "lines.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {line["value"] for line in lines if line["kind"] == "metric" and line["name"] == "mean"} == {2}
    assert [line["name"] for line in lines if line["kind"] == "data"] == ["sales"]
    docker.from_env().images.remove("line:training", force=True)
