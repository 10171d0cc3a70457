from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import joblib
import pandas as pd
from anops_worker.reproduce import main
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CONFIG = """
[project]
name = "line"
language = "python"

[model]
artifact = "model.joblib"

[model.inputs]
x = "number"

[model.outputs]
prediction = "number"
"""


def project(folder: Path, reference: object) -> list[str]:
    (folder / "ao.toml").write_text(CONFIG, encoding="utf-8")
    model = LinearRegression().fit(pd.DataFrame({"x": [0.0, 1.0, 2.0]}), [1.0, 3.0, 5.0])
    joblib.dump(model, folder / "model.joblib")
    (folder / "tests").mkdir()
    if reference is not None:
        text = reference if isinstance(reference, str) else json.dumps(reference)
        (folder / "tests/reference.json").write_text(text, encoding="utf-8")
    return ["--project", str(folder)]


def answer(capfd: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capfd.readouterr().out)


def test_reference_rows_are_predicted_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(project(tmp_path, {"rows": {"columns": {"x": [3, 4.5]}}})) == 0
    found = answer(capfd)
    assert found["rows"]["columns"] == {"x": [3.0, 4.5]}
    assert [round(value, 9) for value in found["predictions"]["columns"]["prediction"]] == [7.0, 10.0]
    assert found["warnings"] == []


def test_a_column_that_the_model_does_not_take_is_left_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = {"columns": {"id": ["a", "b"], "x": [3, 4.5], "y": [None, 1]}}
    assert main(project(tmp_path, {"rows": rows})) == 0
    assert answer(capfd)["rows"]["columns"] == {"x": [3.0, 4.5]}


def test_a_project_without_reference_rows_is_loaded_all_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(project(tmp_path, None)) == 0
    assert answer(capfd) == {"rows": None, "predictions": None, "by_chance": False, "warnings": [], "open": []}


def test_a_column_too_many_is_warned_of(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = {"columns": {"x": [1], "z": ["a"]}, "types": {"z": "string"}}
    assert main(project(tmp_path, {"rows": rows})) == 0
    assert [warning["column"] for warning in answer(capfd)["warnings"]] == ["z"]


def test_rows_that_do_not_fit_the_schema_are_a_problem(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(project(tmp_path, {"rows": {"columns": {"x": [1, None]}}})) == 3
    assert answer(capfd)["problem"]["code"] == "VALUE_MISSING"


def test_a_reference_file_that_is_no_frame_is_a_problem(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(project(tmp_path, {"rows": {"columns": {"x": ["potato"]}}})) == 3
    problem = answer(capfd)["problem"]
    assert problem["message"] == ("Can't read tests/reference.json: column `x`, row 1: must be a number, not text.")


def test_a_reference_file_that_is_no_json_is_a_problem(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(project(tmp_path, "potato")) == 3
    assert answer(capfd)["problem"]["message"].startswith("Can't read tests/reference.json: ")


def test_a_folder_that_is_no_project_is_a_problem(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--project", str(tmp_path)]) == 3
    assert "it has no ao.toml" in answer(capfd)["problem"]["message"]
