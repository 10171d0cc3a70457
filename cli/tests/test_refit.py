"""A model that was refitted is taken in, and a person's own words stay."""

from __future__ import annotations

import json
import subprocess
import tomllib
from shutil import copytree
from typing import TYPE_CHECKING, Any

import joblib
import pandas as pd
import pytest
from anops_control.findings import Edit
from anops_control.refitting.renewing import Renewal, renew_columns
from anops_control.refitting.versions import Step, raised
from anops_model_interface.schema import ColumnSpec
from ao.app import app
from languages import first
from made_once import made_once
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from typer.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao

CARS = pd.DataFrame(
    {
        "wt": [2.6, 2.9, 2.3, 3.2, 3.4, 3.5, 3.6, 3.2, 3.1, 3.4, 4.1, 3.7],
        "hp": [110.0, 110, 93, 110, 175, 105, 245, 62, 95, 123, 180, 180],
        "gear": list("aabbaabbaabb"),
        "mpg": [21.0, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 16.4, 17.3],
    }
)


@pytest.fixture(params=["python", "r"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fit(folder: Path, language: str, columns: list[str], *, name: str = "model", data: pd.DataFrame = CARS) -> Path:
    """Fit a model of fuel economy and save it."""
    if language == "r":
        data.to_csv(folder / "cars.csv", index=False)
        formula = " + ".join(columns)
        code = f"d <- read.csv('cars.csv', stringsAsFactors = TRUE); saveRDS(lm(mpg ~ {formula}, d), '{name}.rds')"
        subprocess.run(["Rscript", "-e", code], cwd=folder, check=True)
        return folder / f"{name}.rds"
    texts = [column for column in columns if column == "gear"]
    encoder = make_column_transformer((OneHotEncoder(), texts), remainder="passthrough")
    model = make_pipeline(encoder, LinearRegression()).fit(data[columns], data["mpg"])
    joblib.dump(model, folder / f"{name}.joblib")
    return folder / f"{name}.joblib"


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, language: str) -> Path:
    """A project around a model of weight and gear, with words of a person in its ao.toml."""

    def init(folder: Path) -> None:
        model = fit(folder, language, ["wt", "gear"])
        CARS.to_csv(folder / "rows.csv", index=False)
        rows = () if language == "r" else ("--data", str(folder / "rows.csv"), "--target", "mpg")
        made = CliRunner().invoke(app, ["init", str(folder / "p"), "--model", str(model), *rows])
        assert made.exit_code == 0, made.output
        path = folder / "p" / "ao.toml"
        text = path.read_text()
        line = next(line for line in text.splitlines() if line.startswith("wt = "))
        if line == 'wt = "number"':
            mine = 'wt = { type = "number", unit = "1000 lb", min = 0 }  # mine'
        else:
            mine = line.replace(" }", ', unit = "1000 lb", min = 0 }') + "  # mine"
        path.write_text(text.replace(line, mine))

    copytree(made_once(tmp_path_factory, f"project-to-refit-{language}", init), tmp_path, dirs_exist_ok=True)
    return tmp_path / "p"


def state(project: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(project)): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def model_of(project: Path) -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((project / "ao.toml").read_text())["model"]
    return read


def version_of(project: Path) -> str:
    return str(tomllib.loads((project / "ao.toml").read_text())["project"]["version"])


@first("r")
def test_a_column_more_is_taken_in_and_a_persons_words_stay(ao: Ao, project: Path, language: str) -> None:
    new = fit(project.parent, language, ["wt", "hp", "gear"], name="new")
    before = state(project)
    rows = () if language == "r" else ("--data", "../rows.csv", "--target", "mpg")
    shown = ao("refit", str(new), "--dry-run", *rows, folder=project)
    assert shown.exit_code == 0, shown.output
    assert "Version 0.1.0 → 1.0.0" in shown.stderr
    assert "• column `hp` is new" in shown.stderr
    assert state(project) == before
    asked = ao("refit", str(new), *rows, folder=project)
    assert asked.exit_code == 2
    assert "→ Add --yes" in asked.stderr
    assert state(project) == before
    done = ao("refit", str(new), "--yes", *rows, folder=project)
    assert done.exit_code == 0, done.output
    assert "# mine" in (project / "ao.toml").read_text()
    inputs = model_of(project)["inputs"]
    assert set(inputs) == {"wt", "hp", "gear"}
    assert (inputs["wt"]["unit"], inputs["wt"]["min"]) == ("1000 lb", 0)
    assert version_of(project) == "1.0.0"
    checked = ao("check", "--only", "predictions", "--only", "schema", "--only", "tests", folder=project)
    assert checked.exit_code == 0, checked.output
    assert "hp" in (project / "tests" / "example.csv").read_text()


@first("r")
def test_a_column_less_keeps_the_rows(ao: Ao, project: Path, language: str) -> None:
    new = fit(project.parent, language, ["wt"], name="new")
    done = ao("refit", str(new), "--yes", folder=project)
    assert done.exit_code == 0, done.output
    assert "• column `gear` goes" in done.stderr
    assert list(model_of(project)["inputs"]) == ["wt"]
    reference = json.loads((project / "tests" / "reference.json").read_text())
    assert list(reference["rows"]["columns"]) == ["wt"]
    checked = ao("check", "--only", "predictions", "--only", "tests", folder=project)
    assert checked.exit_code == 0, checked.output


@first("python")
def test_the_same_columns_raise_the_last_number(ao: Ao, project: Path, language: str) -> None:
    name = next(project.glob("model.rds"), None) or project / "model.joblib"
    new = fit(project.parent, language, ["wt", "gear"], name="new", data=CARS.assign(mpg=CARS["mpg"] * 2))
    name.write_bytes(new.read_bytes())  # replaced already
    done = ao("refit", "--yes", folder=project)
    assert done.exit_code == 0, done.output
    assert version_of(project) == "0.1.1"
    assert "reference rows: the same; " in done.stderr
    assert "predicted differently" in done.stderr
    assert ao("check", "--only", "predictions", folder=project).exit_code == 0


@first("r")
def test_renamed_levels_are_another_contract(ao: Ao, project: Path, language: str) -> None:
    renamed = CARS.assign(gear=CARS["gear"].replace({"b": "c"}))
    renamed.to_csv(project.parent / "rows.csv", index=False)
    new = fit(project.parent, language, ["wt", "gear"], name="new", data=renamed)
    done = ao("refit", str(new), "--yes", folder=project)
    assert done.exit_code == 0, done.output
    assert model_of(project)["inputs"]["gear"]["levels"] == ["a", "c"]
    assert version_of(project) == "1.0.0"
    assert ao("check", "--only", "predictions", folder=project).exit_code == 0


@pytest.mark.parametrize("content", [b"junk", b""])
def test_a_model_that_fails_leaves_the_project_as_it_was(ao: Ao, project: Path, content: bytes) -> None:
    before = state(project)
    bad = project.parent / ("bad.rds" if (project / "model.R").exists() else "bad.joblib")
    bad.write_bytes(content)
    done = ao("refit", str(bad), "--yes", folder=project)
    assert done.exit_code == 4
    assert "the project stays as it was" in done.stderr
    assert state(project) == before


def test_what_a_person_wrote_of_the_moments_of_the_fit_stays() -> None:
    renewal = Renewal()
    ours = ColumnSpec(type="datetime", timezone="Europe/Berlin", resolution="s")
    renew_columns(renewal, "inputs", {"at": ours}, {"at": ColumnSpec(type="datetime")}, lambda _: False)
    assert renewal.edits == []
    renew_columns(
        renewal, "inputs", {"at": ours}, {"at": ColumnSpec(type="datetime", resolution="ns")}, lambda _: False
    )
    assert renewal.edits == [Edit(("model", "inputs", "at", "resolution"), "ns")]


@pytest.mark.parametrize(
    ("version", "step", "after"),
    [
        ("0.1.0", Step.SAME, "0.1.1"),
        ("1.9.9", Step.WIDER, "1.10.0"),
        ("1.9.9", Step.OTHER, "2.0.0"),
        ("2026-11", Step.OTHER, "2026-12"),
        ("v09", Step.SAME, "v10"),
        ("final", Step.SAME, "final.1"),
    ],
)
def test_the_version_after(version: str, step: Step, after: str) -> None:
    assert raised(version, step) == after


def test_an_assumed_type_is_dropped_when_example_rows_tell_and_stays_out_when_a_person_took_it_out(
    ao: Ao, tmp_path: Path
) -> None:
    def fit_plainly(name: str) -> Path:
        joblib.dump(LinearRegression().fit(CARS[["wt", "hp"]], CARS["mpg"]), tmp_path / f"{name}.joblib")
        return tmp_path / f"{name}.joblib"

    project = tmp_path / "p"
    assert ao("init", str(project), "--model", str(fit_plainly("model"))).exit_code == 0
    finite = {"type": "number", "infinite": "error"}  # scikit-learn takes no infinity
    assert model_of(project)["inputs"] == {name: {"assumed": True, **finite} for name in ("wt", "hp")}
    path = project / "ao.toml"
    path.write_text(path.read_text().replace('hp = { type = "number", assumed = true,', 'hp = { type = "number",'))
    assert ao("refit", str(fit_plainly("again")), "--yes", folder=project).exit_code == 0
    assert model_of(project)["inputs"] == {"wt": {"assumed": True, **finite}, "hp": finite}
    CARS.assign(hp=CARS.hp > 110).to_csv(tmp_path / "rows.csv", index=False)
    rows = ("--data", str(tmp_path / "rows.csv"), "--target", "mpg")
    done = ao("refit", str(fit_plainly("told")), "--yes", *rows, folder=project)
    assert done.exit_code == 0, done.output
    assert "column `wt` is known to hold numbers" in done.stderr
    inputs = model_of(project)["inputs"]
    assert inputs["hp"] == {"type": "boolean"}
    assert "assumed" not in (inputs["wt"] if isinstance(inputs["wt"], dict) else {})


@first("r")
def test_answers_that_are_drawn_by_chance_are_told_and_are_no_exact_reference(
    ao: Ao, project: Path, language: str
) -> None:
    if language == "r":
        (project / "model.R").write_text("predict_model <- function(model, newdata, ...) rnorm(nrow(newdata))\n")
    else:
        (project / "model.py").write_text(
            "import joblib\nimport numpy as np\n\nrandom = np.random.default_rng()\n\n\n"
            "def load_model(path):\n    return joblib.load(path)\n\n\n"
            "def predict_model(model, data, **options):\n    return random.normal(size=len(data))\n"
        )
    done = ao("refit", "--yes", folder=project)
    assert done.exit_code == 0, done.output
    said = " ".join(done.stderr.split())
    assert "their predictions are drawn by chance, and only columns, types and number of them are compared" in said
    assert "expects the same predictions each time: compare their columns and number there" in said
    assert json.loads((project / "tests" / "reference.json").read_text())["by_chance"] is True
    checked = ao("check", "--only", "predictions", folder=project)
    assert checked.exit_code == 0, checked.output
    again = ao("refit", "--yes", folder=project)
    assert "expects the same predictions each time" not in again.stderr


def test_rows_tell_whether_a_fit_had_integers_where_nothing_else_did(ao: Ao, tmp_path: Path) -> None:
    code = """
    d <- data.frame(code = rep(c(99998L, 100000L, 300000L, 123456L), 15), x = 1:60 / 7)
    d$y <- d$x + d$code %% 7
    m <- lm(y ~ x + code + I(is.integer(code) * x^2), d, model = FALSE)
    write.csv(d[c("code", "x")], "rows.csv", row.names = FALSE)
    rm(d)
    saveRDS(m, "m.rds")
    """
    subprocess.run(["Rscript", "-e", code], cwd=tmp_path, check=True)
    rows, home = str(tmp_path / "rows.csv"), str(tmp_path / "p")
    made = ao("init", home, "--model", str(tmp_path / "m.rds"))
    assert "nothing tells which the fit had" in made.output
    path = tmp_path / "p" / "ao.toml"
    untold = 'code = "number"  # nothing tells whether the fit had integers: write "integer" if so'
    assert untold in path.read_text().splitlines()

    refitted = ao("refit", "--project", home, "--data", rows, "--yes")
    assert "column `code` is an integer, and was a number" in refitted.output
    assert 'code = "integer"' in path.read_text().splitlines()

    path.write_text(path.read_text().replace('code = "integer"', 'code = "number"'))
    assert ao("refit", "--project", home, "--data", rows, "--yes").exit_code == 0
    assert 'code = "number"' in path.read_text().splitlines(), "a person's own word stays"


@pytest.mark.parametrize("language", ["r"])
def test_a_limit_within_the_look_takes_no_options_away(project: Path, tmp_path: Path, ao: Ao) -> None:
    (project / "model.R").write_text(
        "predict_model <- function(model, newdata, ...) {\n"
        "  if (anyNA(newdata) && nobs(model) == 10) x <- rep(1, 3e8) # more memory than it may have\n"
        "  predict(model, newdata, ...)\n}\n"
    )
    before = model_of(project)
    other = fit(tmp_path, "r", ["wt", "gear"], name="other", data=CARS[:10])
    ended = ao("refit", str(other), "--yes", "--max-memory-gb", "1.2", folder=project)
    assert ended.exit_code == 0, ended.output
    assert "it took more than 1.2 GB of memory, its limit" in ended.output
    assert "its options and answers stay as they were" in ended.output
    after = model_of(project)
    assert before["options"]
    assert (after["options"], after["outputs"]) == (before["options"], before["outputs"])
