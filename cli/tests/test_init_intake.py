from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.init.intake import free_code_name, model_files, read_code, take_in
from anops_model_interface.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("fit.rds", "r"),
        ("fit.RDS", "r"),
        ("fit.RData", "r"),
        ("fit.rda", "r"),
        ("fit.joblib", "python"),
        ("fit.pkl", "python"),
        ("fit.pickle", "python"),
        ("fit.joblib.gz", "python"),
        ("fit.pkl.XZ", "python"),
        ("my.fit.rds", "r"),
    ],
)
def test_the_file_name_tells_the_language(tmp_path: Path, name: str, language: Language) -> None:
    (tmp_path / name).touch()
    intake = take_in(tmp_path / name, None, tmp_path)
    assert (intake.language, intake.artifact, intake.code) == (language, tmp_path / name, None)


def test_a_file_without_a_telling_name_needs_the_language(tmp_path: Path) -> None:
    path = tmp_path / "fit.bin"
    path.touch()
    with pytest.raises(CommandError) as caught:
        take_in(path, None, tmp_path)
    assert caught.value.remedy == "Add --lang r or --lang python."
    assert take_in(path, "python", tmp_path).language == "python"


def test_a_language_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fit.rds").touch()
    with pytest.raises(CommandError, match=r"is a file of R, but --lang says python"):
        take_in(tmp_path / "fit.rds", "python", tmp_path)


def test_a_file_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "fit.rds").touch()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CommandError) as caught:
        take_in(tmp_path / "fti.rds", None, tmp_path)
    assert caught.value.details == ("There are: fit.rds",)
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a folder; --model must be a file"):
        take_in(tmp_path, None, tmp_path)


def test_a_name_that_code_cannot_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'my "best".rds').touch()
    with pytest.raises(CommandError, match="has a quote"):
        take_in(tmp_path / 'my "best".rds', None, tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("serve.R", "predict_model <- function(model, newdata, ...) 1\n"),
        ("serve.R", "  predict_model = \\(model, newdata) 1\n"),
        ("serve.py", "def predict_model(model, data):\n    return data\n"),
    ],
)
def test_a_code_file_is_a_model(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    intake = take_in(tmp_path / name, None, tmp_path)
    assert intake.artifact is None
    assert intake.code is not None
    assert (intake.code.defines_load, intake.code.defines_predict) == (False, True)


def test_a_script_without_the_functions_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "fit.R").write_text("model <- lm(dist ~ speed, cars)\n# predict_model <- function\n", encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        take_in(tmp_path / "fit.R", None, tmp_path)
    assert "it defines neither" in caught.value.message
    assert 'saveRDS(model, "model.rds")' in (caught.value.remedy or "")


def test_python_code_must_have_a_name_that_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "my-code.py").write_text("def predict_model(model, data): ...\n", encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        take_in(tmp_path / "my-code.py", None, tmp_path)
    assert caught.value.remedy == "Rename it to my_code.py"


def test_model_py_beside_the_artifact_is_its_code(tmp_path: Path) -> None:
    (tmp_path / "fit.pkl").touch()
    (tmp_path / "model.py").write_text("class Mean:\n    pass\n", encoding="utf-8")
    code = take_in(tmp_path / "fit.pkl", None, tmp_path / "project").code
    assert code is not None
    assert (code.path, code.has_definitions) == (tmp_path / "model.py", True)


@pytest.mark.parametrize(
    "text",
    [
        "predict.tariff <- function(object, newdata, ...) object$k\n",
        "  predict.my.tariff = \\(object, newdata) 1\n",
        'setClass("Tariff", representation(k = "numeric"))\n',
        'Tariff <- R6::R6Class("Tariff", list(k = 3))\n',
        'setMethod("predict", "Tariff", function(object, ...) 1)\n',
    ],
)
def test_model_r_with_the_methods_of_a_class_is_its_code(tmp_path: Path, text: str) -> None:
    (tmp_path / "fit.rds").touch()
    (tmp_path / "model.R").write_text(text, encoding="utf-8")
    code = take_in(tmp_path / "fit.rds", None, tmp_path / "project").code
    assert code is not None
    assert (code.path, code.is_used, code.defines_predict) == (tmp_path / "model.R", True, False)


@pytest.mark.parametrize(
    ("artifact", "code", "text"),
    [
        ("fit.pkl", "model.py", "import pandas as pd\n"),
        (
            "fit.pkl",
            "model.py",
            '"""Of the fit."""\n\nimport numpy as np\n\nK = 3\n\ndef root(x): return x**K\n',
        ),
        ("fit.rds", "model.R", "library(stats)\n# of the fit\nk <- c(1, 2)\nroot <- function(x) {\n  sqrt(x)\n}\n"),
    ],
)
def test_functions_alone_are_what_a_saved_model_may_need(tmp_path: Path, artifact: str, code: str, text: str) -> None:
    (tmp_path / artifact).touch()
    (tmp_path / code).write_text(text, encoding="utf-8")
    found = take_in(tmp_path / artifact, None, tmp_path / "project").code
    assert found is not None
    assert found.has_definitions


@pytest.mark.parametrize(
    ("artifact", "code", "text"),
    [
        ("fit.pkl", "model.py", "import joblib\ndef root(x): return x\njoblib.dump(root, 'fit.pkl')\n"),
        ("fit.pkl", "model.py", "def root(x): return x\nfit = Ridge().fit(X, y)\n"),
        ("fit.pkl", "model.py", "def root(x) return x\n"),
        ("fit.rds", "model.R", "root <- function(x) sqrt(x)\nfit <- lm(dist ~ root(speed), cars)\n"),
        ("fit.rds", "model.R", "root <- function(x) sqrt(x)\nsaveRDS(fit, 'fit.rds')\n"),
    ],
)
def test_a_script_that_fits_is_left_alone(tmp_path: Path, artifact: str, code: str, text: str) -> None:
    (tmp_path / artifact).touch()
    (tmp_path / code).write_text(text, encoding="utf-8")
    assert take_in(tmp_path / artifact, None, tmp_path / "project").code is None


def test_an_analysis_that_happens_to_be_called_model_r_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "fit.rds").touch()
    (tmp_path / "model.R").write_text("fit <- lm(dist ~ speed, cars)\n", encoding="utf-8")
    assert take_in(tmp_path / "fit.rds", None, tmp_path).code is None
    assert free_code_name(tmp_path, "r") == "ao_model.R"
    assert free_code_name(tmp_path / "elsewhere", "r") == "model.R"


def test_a_function_inside_another_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("class A:\n    def predict_model(self): ...\n", encoding="utf-8")
    assert not read_code(path, "python").defines_predict


def test_model_files_are_found_by_name(tmp_path: Path) -> None:
    for name in ("b.rds", "a.joblib", "notes.txt", "data.csv"):
        (tmp_path / name).touch()
    (tmp_path / "folder.rds").mkdir()
    assert [path.name for path in model_files(tmp_path)] == ["a.joblib", "b.rds"]
