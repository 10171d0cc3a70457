"""`ao init` with models that were really fitted; each project's own tests are run, without AnOps."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from languages import first
from made_once import made_once

if TYPE_CHECKING:
    from pathlib import Path

R_MODELS = """
saveRDS(lm(mpg ~ wt + hp + factor(cyl), mtcars), "fit.rds")
names(iris)[1] <- "Größe (cm)"
iris$`was da` <- rep(c("ja", "nein", NA), 50)
saveRDS(lm(Petal.Width ~ `Größe (cm)` + Species + Sepal.Width + `was da`, iris), "dotted.rds")
saveRDS(lm(mpg ~ 1, mtcars), "intercept.rds")
saveRDS(glm(am ~ wt, binomial, mtcars), "binomial.rds")
saveRDS(loess(dist ~ speed, cars), "smooth.rds")
first <- lm(dist ~ speed, cars)
second <- 1
save(first, file = "one.RData")
save(first, second, file = "two.RData")
saveRDS(list(first = first, cutoff = 0.5), "list.rds")
other <- glm(am ~ wt, binomial, mtcars)
save(second, first, other, file = "several.RData")
saveRDS(list(first = first, other = other), "several.rds")
"""

PYTHON_MODELS = """
import joblib, pickle
import numpy as np, pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

X, y = load_diabetes(return_X_y=True, as_frame=True)
joblib.dump(LinearRegression().fit(X, y), "named.joblib")
joblib.dump(LinearRegression().fit(X.to_numpy(), y), "arrays.joblib")
X.assign(target=y).head(20).to_csv("diabetes.csv", index=False)

fuels = pd.DataFrame({"Fuel.Type": ["gas", "diesel", "gas", None] * 5, "größe": np.arange(20.0), "n": range(20)})
encode = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["Fuel.Type"]), remainder="passthrough")
joblib.dump(make_pipeline(encode, LinearRegression()).fit(fuels, range(20)), "fuels.joblib")
fuels.to_csv("fuels.csv", index=False)

class Mean:
    def __init__(self, data):
        self.columns = list(data)
        self.mean = 3.5
    def predict(self, data):
        return np.full(len(data), self.mean)

pickle.dump(Mean(X), open("own_class.pkl", "wb"))
"""

MODEL_PY = """
import numpy as np

class Mean:
    def predict(self, data):
        return np.full(len(data), self.mean)
"""


NOISY_PY = """
import sys
print("loading the tables")

def predict_model(model, data):
    print("predicting")
    print("with care", file=sys.stderr)
    return model.predict(data)
"""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def fit(folder: Path) -> None:
        (folder / "fit.R").write_text(R_MODELS, encoding="utf-8")
        (folder / "fit.py").write_text(PYTHON_MODELS, encoding="utf-8")
        subprocess.run(["Rscript", "fit.R"], cwd=folder, check=True)
        subprocess.run([sys.executable, "fit.py"], cwd=folder, check=True)

    return made_once(tmp_path_factory, "models-to-begin-with", fit)


def ao(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `ao init` as a person would, without a terminal."""
    environ = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"} | {"NO_COLOR": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "ao", "init", *map(str, arguments)],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in ended.stderr + ended.stdout
    return ended


def made(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    ended = ao(*arguments, cwd=cwd)
    assert ended.returncode == 0, ended.stderr
    return ended


def run_own_tests(project: Path) -> str:
    """Run a project's tests by R or pytest alone."""
    if (project / "tests" / "testthat.R").exists():
        command = ["Rscript", "tests/testthat.R"]
    else:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", "-W", "error"]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    sources = [path.read_text(encoding="utf-8") for path in project.rglob("*.py") if ".venv" not in path.parts]
    assert not any("anops" in source for source in sources)
    return ended.stdout


def configuration(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "ao.toml").read_text(encoding="utf-8"))


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


LM_AO_TOML = """\
# How AnOps serves this model. `ao check` tests it, `ao config` shows every setting.

[project]
name = "cars"
version = "0.1.0"            # the model's version: raise it when you refit the model
language = "r"
description = "lm: mpg ~ wt + hp + factor(cyl)"

[model]
artifact = "fit.rds"         # the fitted model
sha256 = "DIGEST" # of that file: another is not loaded
fitted = "2026-11-30T18:00:00Z" # when that file was written
fitted_on = "32 rows of mtcars" # for people to know
code = "model.R"             # load_model() and predict_model()
row_independent = true       # a row's prediction does not depend on the other rows

# The columns that a request sends.
[model.inputs]
wt = { type = "number", seen = [1.513, 5.424] }
hp = { type = "number", seen = [52, 335] }
cyl = { type = "number", values = [4, 6, 8] }

# The columns that an answer has.
[model.outputs]
prediction = "number"

# What a request may ask of predict_model().
[model.options]
"""


def test_an_lm_becomes_a_project(models: Path, tmp_path: Path) -> None:
    ended = made("cars", "--model", models / "fit.rds", cwd=tmp_path)

    project = tmp_path / "cars"
    digest = hashlib.sha256((models / "fit.rds").read_bytes()).hexdigest()
    fitted = datetime.fromtimestamp(int((models / "fit.rds").stat().st_mtime), UTC).isoformat()[:19] + "Z"
    expected = LM_AO_TOML.replace("DIGEST", digest).replace("2026-11-30T18:00:00Z", fitted)
    assert (project / "ao.toml").read_text(encoding="utf-8").startswith(expected)
    assert files(project) == {
        ".dockerignore",
        ".gitignore",
        ".pre-commit-config.yaml",
        "DESCRIPTION",
        "Dockerfile",
        "README.md",
        "ao.toml",
        "compose.yaml",
        "fit.rds",
        "model.R",
        "tests/example.csv",
        "tests/reference.json",
        "tests/testthat.R",
        "tests/testthat/test-model.R",
    }
    assert "PASS 2 ]" in run_own_tests(project)
    steps = [line.partition("#")[0].strip() for line in ended.stdout.splitlines()]
    assert steps[:4] == ["cd cars", "ao check", "ao serve", "ao predict tests/example.csv"]
    body = json.loads(shlex.split(steps[4])[-1])
    assert body == {"data": [{"wt": 2.62, "hp": 110, "cyl": 6}]}


def test_the_tests_of_a_project_notice_another_model(models: Path, tmp_path: Path) -> None:
    made("cars", "--model", models / "fit.rds", cwd=tmp_path)
    project = tmp_path / "cars"
    subprocess.run(
        ["Rscript", "-e", 'saveRDS(lm(mpg ~ wt + hp + factor(cyl), mtcars[-1, ]), "fit.rds")'], cwd=project, check=True
    )
    ended = subprocess.run(["Rscript", "tests/testthat.R"], cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode != 0


@pytest.mark.parametrize("model", ["intercept.rds", "binomial.rds", "one.RData", "smooth.rds"])
def test_other_r_models_become_projects_whose_tests_pass(models: Path, tmp_path: Path, model: str) -> None:
    made("p", "--model", models / model, cwd=tmp_path)
    run_own_tests(tmp_path / "p")


def test_column_names_with_dots_spaces_and_umlauts_are_quoted(models: Path, tmp_path: Path) -> None:
    made("p", "--model", models / "dotted.rds", cwd=tmp_path)
    assert list(configuration(tmp_path / "p")["model"]["inputs"]) == ["Größe (cm)", "Species", "Sepal.Width", "was da"]
    run_own_tests(tmp_path / "p")


@pytest.mark.parametrize("file", ["two.RData", "list.rds"])
def test_the_only_model_of_a_file_is_taken(file: str, models: Path, tmp_path: Path) -> None:
    ended = made("p", "--model", models / file, cwd=tmp_path)
    assert f"Of the objects in `{file}`, `first` is the model." in ended.stderr
    run_own_tests(tmp_path / "p")


@pytest.mark.parametrize("file", ["several.RData", "several.rds"])
def test_of_several_models_one_is_chosen_by_its_name(file: str, models: Path, tmp_path: Path) -> None:
    ended = ao("p", "--model", models / file, cwd=tmp_path)
    assert ended.returncode == 4
    assert f"`{file}` holds 2 models: `first` (lm), `other` (glm)." in ended.stderr
    assert "--object first" in ended.stderr
    assert not (tmp_path / "p").exists()
    made("p", "--model", models / file, "--object", "other", cwd=tmp_path)
    assert list(configuration(tmp_path / "p")["model"]["inputs"]) == ["wt"]
    run_own_tests(tmp_path / "p")


def test_a_file_that_r_saved_as_it_ended_is_taken_under_a_name_that_shows(models: Path, tmp_path: Path) -> None:
    (tmp_path / ".RData").write_bytes((models / "two.RData").read_bytes())
    made("p", "--model", tmp_path / ".RData", cwd=tmp_path)
    assert configuration(tmp_path / "p")["model"]["artifact"] == "model.RData"
    run_own_tests(tmp_path / "p")


def test_a_pipeline_becomes_a_project(models: Path, tmp_path: Path) -> None:
    made("fuels", "--model", models / "fuels.joblib", "--data", models / "fuels.csv", cwd=tmp_path)
    project = tmp_path / "fuels"
    inputs = configuration(project)["model"]["inputs"]
    assert list(inputs) == ["Fuel.Type", "größe", "n"]
    assert inputs["Fuel.Type"]["levels"] == ["diesel", "gas"]
    assert "1 passed" in run_own_tests(project)
    pinned = (project / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.partition("==")[0] for line in pinned} >= {"joblib", "pandas", "scikit-learn"}
    assert all("==" in line for line in pinned)


def test_a_model_fitted_on_arrays_takes_its_names_from_data(models: Path, tmp_path: Path) -> None:
    arguments = ("--model", models / "arrays.joblib", "--data", models / "diabetes.csv", "--target", "target")
    made("p", *arguments, cwd=tmp_path)
    assert list(configuration(tmp_path / "p")["model"]["inputs"])[:3] == ["age", "sex", "bmi"]
    run_own_tests(tmp_path / "p")


def test_a_class_of_the_fitting_script_is_found_once_it_is_in_model_py(models: Path, tmp_path: Path) -> None:
    (tmp_path / "own_class.pkl").write_bytes((models / "own_class.pkl").read_bytes())
    arguments = ("p", "--model", "own_class.pkl", "--data", models / "diabetes.csv", "--target", "target")

    ended = ao(*arguments, cwd=tmp_path)
    assert ended.returncode == 4
    assert "it needs `Mean`" in ended.stderr
    assert "model.py" in ended.stderr
    assert files(tmp_path) == {"own_class.pkl"}

    (tmp_path / "model.py").write_text(MODEL_PY, encoding="utf-8")
    made(*arguments, cwd=tmp_path)
    assert (tmp_path / "p" / "model.py").read_text(encoding="utf-8") == MODEL_PY
    run_own_tests(tmp_path / "p")


def test_a_model_whose_columns_nobody_knows_asks_for_rows(tmp_path: Path) -> None:
    (tmp_path / "twice.R").write_text(
        "predict_model <- function(model, newdata, ...) newdata$x * 2\n", encoding="utf-8"
    )
    ended = ao("p", "--model", "twice.R", cwd=tmp_path)
    assert ended.returncode == 4
    assert "--data" in ended.stderr
    assert files(tmp_path) == {"twice.R"}


def test_where_the_model_keeps_no_rows_they_are_asked_for(models: Path, tmp_path: Path) -> None:
    ended = made("p", "--model", models / "named.joblib", cwd=tmp_path)
    assert "To give it rows of real data, in the project's folder: ao refit --data FILE.csv" in ended.stderr


def test_rows_that_do_not_fit_the_model_are_refused(models: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("wt,hp\n1,2\n", encoding="utf-8")
    ended = ao("p", "--model", models / "named.joblib", "--data", "other.csv", cwd=tmp_path)
    assert ended.returncode == 4
    assert "it lacks `age`" in ended.stderr
    assert not (tmp_path / "p").exists()


@first("python")
def test_a_model_that_answers_by_chance_has_no_exact_reference(language: str, tmp_path: Path) -> None:
    if language == "r":
        (tmp_path / "model.R").write_text(
            "predict_model <- function(model, newdata, ...) newdata$x + runif(nrow(newdata))\n"
        )
    else:
        (tmp_path / "model.py").write_text(
            "import numpy as np\n\nrandom = np.random.default_rng()\n\n\n"
            "def load_model(path):\n    return None\n\n\n"
            "def predict_model(model, data):\n    return data['x'] + random.random(len(data))\n"
        )
    (tmp_path / "rows.csv").write_text("x\n1.5\n2.5\n3.5\n")
    code = "model.R" if language == "r" else "model.py"
    done = made("p", "--model", code, "--data", "rows.csv", cwd=tmp_path)
    told = " ".join(done.stderr.split())
    assert "The predictions are not the same each time. The row (x = " in told
    assert "of the reference rows, only columns, types and number of the predictions are compared." in told
    project = tmp_path / "p"
    assert json.loads((project / "tests" / "reference.json").read_text())["by_chance"] is True
    run_own_tests(project)


def test_code_alone_can_be_a_model(models: Path, tmp_path: Path) -> None:
    code = "def predict_model(model, data, **options):\n    return data['age'] * 2\n"
    (tmp_path / "twice.py").write_text(code, encoding="utf-8")
    made("p", "--model", "twice.py", "--data", models / "diabetes.csv", "--target", "target", cwd=tmp_path)
    model = configuration(tmp_path / "p")["model"]
    assert (model.get("artifact"), model["code"]) == (None, "twice.py")
    run_own_tests(tmp_path / "p")


def test_r_code_alone_can_be_a_model(tmp_path: Path) -> None:
    code = "predict_model <- function(model, newdata, ...) newdata$speed * 2\n"
    (tmp_path / "twice.R").write_text(code, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("speed\n1.5\n2\n", encoding="utf-8")
    made("p", "--model", "twice.R", "--data", "rows.csv", cwd=tmp_path)
    run_own_tests(tmp_path / "p")


def test_a_folder_full_of_an_analysis_keeps_every_file(models: Path, tmp_path: Path) -> None:
    (tmp_path / "fuel fit.rds").write_bytes((models / "fit.rds").read_bytes())
    mine = {
        "README.md": "# My analysis\n",
        "model.R": "fit <- lm(mpg ~ wt, mtcars)\nstop('never run me')\n",
        "tests/notes.txt": "…",
        "DESCRIPTION": "Package: mine\nVersion: 1.0\n",
    }
    for name, text in mine.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    ended = made("--model", "fuel fit.rds", cwd=tmp_path)

    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in mine} == mine
    assert "Kept as they are: DESCRIPTION, README.md" in ended.stderr
    assert "The model's functions are in ao_model.R, since model.R is yours." in ended.stderr
    assert not ended.stdout.strip().startswith("cd")
    read = configuration(tmp_path)
    assert (read["project"]["name"], read["model"]["artifact"]) == ("fuel-fit", "fuel fit.rds")
    run_own_tests(tmp_path)


def test_a_project_is_not_made_twice(models: Path, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text("mine", encoding="utf-8")
    ended = ao(".", "--model", models / "fit.rds", cwd=tmp_path)
    assert ended.returncode == 3
    assert "is a project already" in ended.stderr
    assert files(tmp_path) == {"ao.toml"}


def test_a_link_leaves_the_model_where_it_is(models: Path, tmp_path: Path) -> None:
    made("p", "--model", models / "fit.rds", "--link", cwd=tmp_path)
    assert (tmp_path / "p" / "fit.rds").readlink() == models / "fit.rds"
    run_own_tests(tmp_path / "p")


def test_a_folder_with_spaces_and_umlauts_gives_a_name_and_a_step_that_works(models: Path, tmp_path: Path) -> None:
    ended = made("Große Analyse", "--model", models / "intercept.rds", cwd=tmp_path)
    assert configuration(tmp_path / "Große Analyse")["project"]["name"] == "grosse-analyse"
    step = ended.stdout.splitlines()[0].strip()
    subprocess.run(step, shell=True, cwd=tmp_path, check=True)  # noqa: S602  what is printed must work as it is


@first("r")
def test_the_example_fits_its_model_and_says_what_its_template_says(language: str, tmp_path: Path) -> None:
    made("first", "--lang", language, cwd=tmp_path)
    project = tmp_path / "first"
    run_own_tests(project)
    from anops_control.init.templates import example_values  # noqa: PLC0415  nothing else here looks inside

    written = (project / "ao.toml").read_text(encoding="utf-8")
    values = example_values("r" if language == "r" else "python")
    assert values["_inputs"] in written
    assert values["_outputs"] in written
    assert values["_options"] in written
    assert configuration(project)["tasks"]["train"]["makes"] == [values["_artifact"]]


def test_what_a_model_prints_is_shown_each_line_once(models: Path, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(NOISY_PY, encoding="utf-8")
    ended = made("--model", models / "named.joblib", cwd=tmp_path)
    printed = ended.stderr.splitlines()
    assert [printed.count(line) for line in ("loading the tables", "predicting", "with care")] == [1, 1, 1]


def test_an_example_without_its_packages_tells_to_install_them_first(tmp_path: Path) -> None:
    bare = tmp_path / "first" / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    ended = made("first", "--lang", "python", cwd=tmp_path)
    steps = [line.strip() for line in ended.stdout.splitlines()]
    install = next(step for step in steps if step.endswith(" -r requirements.txt"))
    assert steps[:3] == ["cd first", install, "ao run train"]
    # the environment has no pip, so that `python -m pip` alone would fail
    python = bare / "bin" / "python"
    assert install.startswith((f"uv pip install --python {python}", f"{python} -m ensurepip && {python} -m pip"))
    assert not (tmp_path / "first" / "model.joblib").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "There is no model to make a project of."),
        (["p", "--model", "gone.rds"], 2, "There is no file `gone.rds`."),
        (["p", "--model", "text.rds"], 4, "`text.rds` is not an R object file"),
        (["p", "--model", "text.joblib"], 4, "text.joblib"),
        (["p", "--lang", "r", "--name", "My Model"], 2, "→ Try --name my-model"),
        (["p", "--lang", "r", "--data", "text.rds"], 2, "--data, --target and --link go with a model."),
        (["p", "--model", "text.rds", "--target", "y"], 2, "--target names a column of --data"),
        (["p", "--model", "text.rds", "--data", "gone.csv"], 2, "There is no file `gone.csv`."),
        (["text.rds", "--lang", "r"], 2, "is a file; a project needs a folder."),
        (["p", "--lang", "julia"], 2, "julia"),
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "text.rds").write_text("hello", encoding="utf-8")
    (tmp_path / "text.joblib").write_text("hello", encoding="utf-8")
    ended = ao(*arguments, cwd=tmp_path)
    assert ended.returncode == code
    assert said in ended.stderr
    assert files(tmp_path) == {"text.rds", "text.joblib"}
    assert not (tmp_path / "p").exists()


def test_an_example_never_takes_the_place_of_a_training_script(tmp_path: Path) -> None:
    (tmp_path / "train.R").write_text("# mine", encoding="utf-8")
    ended = ao(".", "--lang", "r", cwd=tmp_path)
    assert ended.returncode == 3
    assert "there is a train.R" in ended.stderr
    assert files(tmp_path) == {"train.R"}
