"""A fitted model, taken in by `ao init` and served, answers as the language itself does in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

R_PREDICT = """
arguments <- commandArgs(trailingOnly = TRUE)
library(methods)
for (package in strsplit(arguments[[3]], ",")[[1]]) library(package, character.only = TRUE)
model <- readRDS(arguments[[1]])
rows <- jsonlite::fromJSON(arguments[[2]])
frame <- if (length(rows) == 0) data.frame(row.names = 1:3) else as.data.frame(rows, check.names = FALSE)
answer <- eval(parse(text = arguments[[4]]))
cat(jsonlite::toJSON(unname(answer), digits = NA, na = "null"))
"""
PYTHON_PREDICT = """
import json, sys
import joblib, pandas
model = joblib.load(sys.argv[1])
frame = pandas.DataFrame(json.loads(sys.argv[2]))
answer = eval(sys.argv[4])
print(json.dumps(pandas.Series(answer).tolist()))
"""


@dataclass(frozen=True)
class Case:
    """A model as its statistician fits it, rows to predict, and how the language itself predicts them.

    Attributes:
        language: "r" or "python".
        fit: An expression that gives the fitted model; for Python, statements that define `model`.
        rows: Columns; none for a model without inputs, which is asked for three rows.
        options: What the request asks for.
        packages: R packages that the plain process attaches. AnOps must find them by itself.
        plain: The plain prediction, from `model` and `frame`.
        column: The column of the answer to compare.
        warning: A part of the warning that comes with it.
    """

    language: str
    fit: str
    rows: dict[str, list[Any]]
    options: dict[str, Any] | None = None
    packages: str = "stats"
    plain: str = ""
    column: str = "prediction"
    warning: str = ""


SKLEARN = "from sklearn.datasets import load_iris, load_diabetes, load_wine\nimport pandas, numpy\n"
IRIS_ROWS = {
    "sepal length (cm)": [5.1, 6.3, 5.8],
    "sepal width (cm)": [3.5, 2.9, 2.7],
    "petal length (cm)": [1.4, 5.6, 4.1],
    "petal width (cm)": [0.2, 1.8, 1.0],
}
CASES = {
    "r-lm": Case("r", "lm(mpg ~ wt + hp + factor(cyl), mtcars)", {"wt": [2.6, 3], "hp": [110, 90], "cyl": [6, 4]}),
    "r-lm-interval": Case(
        "r",
        "lm(mpg ~ wt, mtcars)",
        {"wt": [2.6, 3.5]},
        options={"interval": "prediction", "level": 0.9},
        plain='predict(model, frame, interval = "prediction", level = 0.9)[, "upr"]',
        column="upper",
    ),
    "r-lm-transformed": Case(
        "r",
        "local({ k <- 2; lm(log(mpg) ~ poly(wt, k) + I(hp^2) + log(disp), mtcars) })",
        {"wt": [2.6, 3.5], "hp": [110, 200], "disp": [160, 300]},
    ),
    "r-lm-factor-as-text": Case(
        "r",
        "lm(Sepal.Length ~ Species * Petal.Width, iris)",
        {"Species": ["setosa", "virginica"], "Petal.Width": [0.2, 1.9]},
        plain="predict(model, transform(frame, Species = factor(Species, levels(iris$Species))))",
    ),
    "r-lm-missing": Case("r", "lm(mpg ~ wt, mtcars)", {"wt": [2.6, None, 3]}, plain="predict(model, frame)"),
    "r-lm-intercept-only": Case("r", "lm(mpg ~ 1, mtcars)", {}),
    "r-lm-rank-deficient": Case(
        "r",
        "lm(mpg ~ wt + I(2 * wt), mtcars)",
        {"wt": [2.6, 3]},
        plain="suppressWarnings(predict(model, frame))",
        warning="rank-deficient",
    ),
    "r-glm": Case(
        "r",
        "glm(am ~ wt + hp, binomial, mtcars)",
        {"wt": [2.6, 3.5], "hp": [110, 200]},
        plain='predict(model, frame, type = "response")',
    ),
    "r-glm-link": Case(
        "r",
        "glm(am ~ wt + hp, binomial, mtcars)",
        {"wt": [2.6, 3.5], "hp": [110, 200]},
        options={"type": "link"},
        plain="predict(model, frame)",
    ),
    "r-glm-offset": Case(
        "r",
        "glm(breaks ~ wool + tension + offset(log(exposure)), poisson, transform(warpbreaks, exposure = 1:54))",
        {"wool": ["A", "B"], "tension": ["L", "H"], "exposure": [3, 9]},
        plain='predict(model, frame, type = "response")',
    ),
    "r-gam-without-library": Case(
        "r", "mgcv::gam(mpg ~ s(wt) + hp, data = mtcars)", {"wt": [2.6, 3.5], "hp": [110, 200]}, packages="mgcv"
    ),
    "r-rpart-class": Case(
        "r",
        "rpart::rpart(Species ~ ., iris)",
        {"Sepal.Length": [5.1, 6.3], "Sepal.Width": [3.5, 2.9], "Petal.Length": [1.4, 5.6], "Petal.Width": [0.2, 1.8]},
        packages="rpart",
        options={"type": "class"},
        plain='as.character(predict(model, frame, type = "class"))',
    ),
    "r-lm-date": Case(
        "r",
        'lm(y ~ day, data.frame(y = c(1, 3, 2, 5), day = as.Date("2026-01-01") + 0:3))',
        {"day": ["2026-01-02", "2026-02-01"]},
        plain="predict(model, transform(frame, day = as.Date(day)))",
        warning="extrapolation",
    ),
    "r-lm-odd-names": Case(
        "r",
        "lm(`a.b c` ~ `größe (cm)`, data.frame(`größe (cm)` = 1:5, `a.b c` = c(2, 4, 1, 8, 5), check.names = FALSE))",
        {"größe (cm)": [1.5, 4]},
    ),
    "r-loess": Case("r", "loess(mpg ~ wt, mtcars)", {"wt": [2.6, 3.5]}),
    "python-logistic": Case(
        "python",
        "from sklearn.linear_model import LogisticRegression\niris = load_iris(as_frame=True)\n"
        "model = LogisticRegression(max_iter=1000).fit(iris.data, iris.target_names[iris.target])",
        IRIS_ROWS,
    ),
    "python-integer-classes": Case(
        "python",
        "from sklearn.ensemble import RandomForestClassifier\niris = load_iris(as_frame=True)\n"
        "model = RandomForestClassifier(20, random_state=1).fit(iris.data, iris.target)",
        IRIS_ROWS,
    ),
    "python-pipeline": Case(
        "python",
        "from sklearn.compose import make_column_transformer\nfrom sklearn.linear_model import Ridge\n"
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import OneHotEncoder, StandardScaler\n"
        "cars = pandas.DataFrame({'fuel': ['gas', 'diesel', 'gas', 'electric'], 'size (l)': [1.2, 2.0, 1.6, 0]})\n"
        "model = make_pipeline(make_column_transformer((OneHotEncoder(), ['fuel']), (StandardScaler(), ['size (l)'])),"
        " Ridge()).fit(cars, [1.0, 3, 2, 5])",
        {"fuel": ["diesel", "electric"], "size (l)": [1.5, 0.5]},
    ),
    "python-missing": Case(
        "python",
        "from sklearn.ensemble import HistGradientBoostingRegressor\n"
        "X, y = load_diabetes(return_X_y=True, as_frame=True)\n"
        "model = HistGradientBoostingRegressor(max_iter=20).fit(X[['age', 'bmi']], y)",
        {"age": [0.01, None], "bmi": [None, 0.05]},
    ),
    "python-statsmodels": Case(
        "python",
        "import statsmodels.formula.api as smf\nX = load_diabetes(as_frame=True).frame\n"
        "model = smf.ols('target ~ bmi + I(age ** 2)', X).fit()",
        {"bmi": [0.05, -0.02], "age": [0.01, 0.04]},
    ),
}


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def plain(case: Case, model: str, folder: Path) -> list[Any]:
    """Predict without AnOps."""
    program = R_PREDICT if case.language == "r" else PYTHON_PREDICT
    path = folder / ("plain.R" if case.language == "r" else "plain.py")
    path.write_text(program, encoding="utf-8")
    command = ["Rscript", "--vanilla"] if case.language == "r" else [sys.executable]
    default = "predict(model, frame)" if case.language == "r" else "model.predict(frame)"
    arguments = [model, json.dumps(case.rows), case.packages, case.plain or default]
    answer: list[Any] = json.loads(run(*command, str(path), *arguments, folder=folder))
    return answer


@pytest.mark.parametrize("name", CASES)
def test_a_fitted_model_answers_over_rest_as_the_language_does(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    if case.language == "r":
        model = "fitted.rds"
        (tmp_path / "fit.R").write_text(f'saveRDS({case.fit}, "{model}")\n', encoding="utf-8")
        run("Rscript", "--vanilla", "-e", 'source("fit.R", encoding = "UTF-8")', folder=tmp_path)
    else:
        model = "fitted.joblib"
        (tmp_path / "fit.py").write_text(f"{SKLEARN}{case.fit}\nimport joblib\njoblib.dump(model, '{model}')\n")
        run(sys.executable, "fit.py", folder=tmp_path)
    run(sys.executable, "-m", "ao", "init", "project", "--model", model, folder=tmp_path)
    data: object = case.rows or [{}, {}, {}]
    with serving(tmp_path / "project", "--workers", "1") as stack:
        answer = stack.client.post("/predict", json={"data": data, "options": case.options or {}})
        example = stack.client.get("/model").json()
    assert answer.status_code == 200, answer.text
    assert example["name"] == "project"
    received = [row[case.column] for row in answer.json()["predictions"]]
    expected = plain(case, model, tmp_path)
    assert len(received) == len(expected)
    for ours, theirs in zip(received, expected, strict=True):
        assert ours == (pytest.approx(theirs, rel=1e-12) if isinstance(theirs, float | int) else theirs)
    said = [warning["message"] for warning in answer.json()["warnings"]]
    assert any(case.warning in message for message in said) if case.warning else said == []
