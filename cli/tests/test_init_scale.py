"""On which scale a new project answers, and how `ao init` says it and lets it be chosen."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.init.scale import sentence
from anops_model_interface.schema import OptionSpec, Schema
from languages import first
from made_once import made_once

if TYPE_CHECKING:
    from pathlib import Path

FIT_R = """
saveRDS(glm(am ~ wt, binomial, mtcars), "binomial.rds")
saveRDS(lm(mpg ~ wt, mtcars), "lm.rds")
saveRDS(rpart::rpart(Species ~ ., iris, model = TRUE), "tree.rds")
"""
FIT_PYTHON = """
import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
import numpy as np, pandas as pd
import statsmodels.formula.api as smf
import statsmodels.api as sm
iris = load_iris(as_frame=True)
joblib.dump(LogisticRegression(max_iter=1000).fit(iris.data, iris.target_names[iris.target]), "iris.joblib")
x = np.linspace(0, 3, 40)
data = pd.DataFrame({"x": x, "n": np.round(np.exp(x))})
joblib.dump(smf.glm("n ~ x", data, family=sm.families.Poisson()).fit(), "counts.joblib")
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def fit(folder: Path) -> None:
        subprocess.run(["Rscript", "-e", FIT_R], cwd=folder, check=True, capture_output=True)
        subprocess.run([sys.executable, "-c", FIT_PYTHON], cwd=folder, check=True, capture_output=True)

    return made_once(tmp_path_factory, "models-of-scales", fit)


def init(model: Path, folder: Path, *further: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ao", "init", "p", "--model", str(model), *further],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def made(model: Path, folder: Path, *further: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Make a project; return what was said, its option `type`, and its reference rows."""
    ended = init(model, folder, *further)
    assert ended.returncode == 0, ended.stderr
    read = tomllib.loads((folder / "p" / "ao.toml").read_text(encoding="utf-8"))
    reference = json.loads((folder / "p" / "tests" / "reference.json").read_text(encoding="utf-8"))
    return ended.stderr, read["model"]["options"].get("type", {}), reference


@pytest.mark.parametrize("model", ["binomial.rds", "counts.joblib"])
def test_a_model_with_a_link_answers_responses_and_says_so(models: Path, tmp_path: Path, model: str) -> None:
    said, option, reference = made(models / model, tmp_path)
    assert 'Answers are on the scale of the response; a request has the linear predictor with type = "link".' in said
    assert (option["levels"], option["default"]) == (["response", "link"], "response")
    assert reference["options"] == {"type": "response"}
    answers = reference["predictions"]["columns"]["prediction"]
    assert min(answer for answer in answers if answer is not None) > 0


def test_predict_model_of_r_names_the_scale(models: Path, tmp_path: Path) -> None:
    made(models / "binomial.rds", tmp_path)
    code = (tmp_path / "p" / "model.R").read_text(encoding="utf-8")
    assert 'predict_model <- function(model, newdata, type = "response", ...) {' in code
    assert "  predict(model, newdata, type = type, ...)" in code
    ended = subprocess.run(["Rscript", "tests/testthat.R"], cwd=tmp_path / "p", capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_a_model_with_one_scale_says_nothing_of_it(models: Path, tmp_path: Path) -> None:
    said, option, reference = made(models / "lm.rds", tmp_path)
    assert "Answers are" not in said
    assert option == {}
    assert reference["options"] == {}


def test_classes_come_with_the_line_that_makes_probabilities_the_default(models: Path, tmp_path: Path) -> None:
    said, option, _ = made(models / "iris.joblib", tmp_path)
    assert "Answers are classes; `--type probability` makes probabilities the default" in said
    assert option["default"] == "class"


@first("r")
def test_probabilities_can_be_the_default(models: Path, tmp_path: Path, language: str) -> None:
    model = models / {"python": "iris.joblib", "r": "binomial.rds"}[language]
    wanted = {"python": "probability", "r": "link"}[language]
    said, option, reference = made(model, tmp_path, "--type", wanted)
    assert option["default"] == wanted
    assert "Answers are" in said
    assert reference["options"] == {"type": {"python": "class", "r": "response"}[language]}
    ended = subprocess.run([sys.executable, "-m", "ao", "check"], cwd=tmp_path / "p", capture_output=True, check=False)
    assert b"reference" not in ended.stdout or ended.returncode == 0, ended.stdout + ended.stderr


def test_a_type_that_the_model_has_not_is_refused_with_those_that_it_has(models: Path, tmp_path: Path) -> None:
    ended = init(models / "binomial.rds", tmp_path, "--type", "probability")
    assert ended.returncode == 2
    assert "--type must be one of response, link for this model, not probability." in ended.stderr
    ended = init(models / "lm.rds", tmp_path, "--type", "response")
    assert ended.returncode == 2
    assert "this model has only one way to answer" in ended.stderr
    assert not (tmp_path / "p").exists()


def test_a_model_of_risks_says_what_they_are_and_how_to_have_others() -> None:
    levels = ("risk", "link", "survival")
    schema = Schema(options={"type": OptionSpec(type="category", levels=levels, default="risk")})
    assert sentence(schema) == (
        "Answers are relative risks, exp() of the linear predictor; a request has the linear predictor with "
        'type = "link"; `--type link` makes that the default.'
    )
