"""A refit brings along what a model of another family needs: its packages, and the code that asks it."""

from __future__ import annotations

import subprocess
from shutil import copytree
from typing import TYPE_CHECKING

import joblib
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from anops_control.refitting.renewing_packages import renew_packages
from languages import first
from made_once import made_once
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao

CARS = pd.DataFrame({"wt": [2.6, 2.9, 2.3, 3.2, 3.4, 3.5], "hp": [110.0, 110, 93, 110, 175, 105]})
MPG = pd.Series([21.0, 21, 22.8, 21.4, 18.7, 18.1], name="mpg")
R_FITS = """
d <- mtcars[c("mpg", "wt", "hp")]
saveRDS(lm(mpg ~ ., d), "old.rds")
saveRDS(ranger::ranger(mpg ~ ., d, num.trees = 5), "new.rds")
"""


RULES = ("predictions", "schema", "packages", "tests")


@pytest.fixture(params=["python", "r"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, language: str, ao: Ao) -> Path:
    """A project of a linear model; a model of another family lies beside it."""

    def make(folder: Path) -> None:
        if language == "r":
            subprocess.run(["Rscript", "-e", R_FITS], cwd=folder, check=True)
        else:
            joblib.dump(smf.ols("mpg ~ wt + hp", CARS.assign(mpg=MPG)).fit(), folder / "old.joblib")
            joblib.dump(LinearRegression().fit(CARS, MPG), folder / "new.joblib")
        made = ao("init", str(folder / "cars"), "--model", str(next(folder.glob("old.*"))))
        assert made.exit_code == 0, made.output

    made = made_once(tmp_path_factory, f"families-{language}", make)
    copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "cars"


def suffix(language: str) -> str:
    return {"r": "rds", "python": "joblib"}[language]


def texts(project: Path) -> str:
    found = [*project.glob("DESCRIPTION"), *project.glob("requirements.txt"), *project.glob("model.[Rp]*")]
    return "\n".join(path.read_text() for path in found if path.suffix != ".rds")


@first("r")
def test_packages_code_and_test_follow_the_family(ao: Ao, project: Path, language: str) -> None:
    new = project.parent / f"new.{suffix(language)}"
    before = texts(project)
    comes, goes = {"r": ("library(ranger)", "interval"), "python": ("scikit-learn==", "statsmodels==")}[language]
    assert comes not in before
    taken = ao("refit", str(new), "--project", str(project), "--yes")
    assert taken.exit_code == 0, taken.output
    assert f"+{comes}" in taken.output
    after = texts(project)
    assert comes in after
    assert goes not in after
    assert ("ranger (>=" if language == "r" else "scikit-learn==") in after
    checked = ao("check", str(project), *(word for rule in RULES for word in ("--only", rule)))
    assert checked.exit_code == 0, checked.output


@first("r")
def test_code_with_a_persons_changes_stays_and_says_what_to_do(ao: Ao, project: Path, language: str) -> None:
    code = project / {"r": "model.R", "python": "model.py"}[language]
    own = {"r": "\ndouble <- function(x) 2 * x\n", "python": "\n\ndef predict_model(model, data, **options):\n"
           "    return model.get_prediction(data).predicted_mean\n"}[language]  # fmt: skip
    code.write_text(code.read_text() + own)
    state = texts(project)
    new = project.parent / f"new.{suffix(language)}"
    taken = ao("refit", str(new), "--project", str(project), "--yes")
    if taken.exit_code:
        assert f"ao init DIR --model {new}" in taken.stderr
        assert texts(project) == state
        made = ao("init", str(project.parent / "second"), "--model", str(new))
        assert made.exit_code == 0, made.output
    else:
        assert f"{code.name} stays as it is" in taken.stderr
        assert code.read_text().endswith(own)


@first("python")
def test_a_replaced_file_of_another_family_is_told(ao: Ao, project: Path, language: str) -> None:
    old = next(project.glob(f"old.{suffix(language)}"))
    old.write_bytes((project.parent / f"new.{suffix(language)}").read_bytes())
    taken = ao("refit", "--project", str(project), "--yes")
    assert taken.exit_code
    assert f"ao init DIR --model {old}" in taken.stderr


REQUIREMENTS = """\
# mine
scikit-learn==1.4.0
xgboost[dask]==2.0  # on purpose
Flask_Login>=1
joblib==1.3.2
-r more.txt
"""


@pytest.mark.parametrize(
    ("needed", "before", "code", "after"),
    [
        ({"scikit-learn": "1.5.0"}, {"scikit-learn": "1.4.0"}, "", REQUIREMENTS.replace("1.4.0", "1.5.0")),
        ({"statsmodels": "0.15"}, {"scikit-learn": "1.4.0"}, "",
         REQUIREMENTS.replace("scikit-learn==1.4.0\n", "") + "statsmodels==0.15\n"),
        ({"xgboost": "3.0", "flask-login": "2"}, {}, "", REQUIREMENTS),
        ({}, {"joblib": "1.3.2"}, "import joblib", REQUIREMENTS),
        ({}, {"joblib": "1.3.2"}, "import joblibs", REQUIREMENTS.replace("joblib==1.3.2\n", "")),
    ],
)  # fmt: skip
def test_a_persons_requirements_stay(
    tmp_path: Path, needed: dict[str, str], before: dict[str, str], code: str, after: str
) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(REQUIREMENTS)
    renew_packages(path, "python", needed, before, code)
    assert path.read_text() == after


HEAD = "Package: cars\nVersion: 0.1\n"
TAIL = "Suggests:\n    jsonlite\nRemotes: me/mine\n"


@pytest.mark.parametrize(
    ("imports", "needed", "before", "after"),
    [
        ("", {"ranger": "0.16.0"}, {}, "Imports:\n    ranger (>= 0.16.0)\n"),
        ("Imports:\n    mine,\n    mgcv (>= 1.8)\n", {"ranger": "0.16"}, {"mgcv": "1.8"},
         "Imports:\n    mine,\n    ranger (>= 0.16)\n"),
        ("Imports: mgcv (>= 1.8), mine\n", {"mgcv": "1.9"}, {"mgcv": "1.8"},
         "Imports:\n    mgcv (>= 1.9),\n    mine\n"),
        ("Imports:\n    mgcv (>= 1.9)\n", {"mgcv": "1.8"}, {}, "Imports:\n    mgcv (>= 1.9)\n"),
        ("Imports:\n    mgcv\n", {"mgcv": "1.8"}, {"mgcv": "1.8"}, "Imports:\n    mgcv\n"),
        ("Depends:\n    R (>= 4), ranger\n", {"ranger": "0.16"}, {}, "Depends:\n    R (>= 4), ranger\n"),
        ("Imports:\n    mgcv (>= 1.8)\n", {}, {"mgcv": "1.8"}, ""),
    ],
)  # fmt: skip
def test_a_persons_imports_stay(
    tmp_path: Path, imports: str, needed: dict[str, str], before: dict[str, str], after: str
) -> None:
    path = tmp_path / "DESCRIPTION"
    path.write_text(HEAD + imports + TAIL)
    renew_packages(path, "r", needed, before, "")
    assert path.read_text() == HEAD + after + TAIL
