from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import joblib
import pandas as pd
import pytest
from anops_worker.examine import main
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
[project]
name = "line"
language = "python"

[model]
artifact = "model.joblib"
CODE

[model.inputs]
x = "number"

[model.outputs]
prediction = "number"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ao.toml").write_text(CONFIG.replace("CODE", ""))
    joblib.dump(
        LinearRegression().fit(pd.DataFrame({"x": [0.0, 1.0, 2.0]}), [1.0, 3.0, 5.0]), tmp_path / "model.joblib"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "reference.json").write_text(json.dumps({"rows": {"columns": {"x": [3, 4]}}}))
    return tmp_path


def examined(project: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    assert main(["--project", str(project)]) == 0
    return json.loads(capfd.readouterr().out)


def test_everything_about_a_model_is_told(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = examined(project, capfd)
    assert list(found["description"]["schema"]["inputs"]) == ["x"]
    assert found["description"]["unsure"] == ["x"]
    assert found["independence"]["independent"] is True
    assert found["independence"]["rows"] >= 64
    assert found["reference"]["columns"]["prediction"] == pytest.approx([7.0, 9.0])
    assert found["costs"]["memory_bytes"] > 10_000_000
    assert found["costs"]["single_ms"] > 0
    assert found["leftovers"] == []
    assert "scikit-learn" in found["packages"]["used"]
    assert found["failures"] == {}


WHOLE = """
import cloudpickle, pandas as pd
from scipy.special import expit
from sklearn.linear_model import LinearRegression
class Squashed:
    def __init__(self, line): self.line = line
    def predict(self, data): return expit(self.line.predict(data))
line = LinearRegression().fit(pd.DataFrame({"x": [0.0, 1.0, 2.0]}), [1.0, 3.0, 5.0])
with open("model.joblib", "wb") as file: cloudpickle.dump(Squashed(line), file)
"""


def test_packages_are_found_inside_a_class_that_was_saved_whole(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    subprocess.run([sys.executable, "-c", WHOLE], cwd=project, check=True)
    found = examined(project, capfd)
    assert "does not say" in found["failures"]["description"]  # and the packages are found all the same
    assert {"cloudpickle", "scikit-learn", "scipy"} <= found["packages"]["used"].keys()


def test_without_reference_rows_the_rest_is_told(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "tests" / "reference.json").unlink()
    found = examined(project, capfd)
    assert found["reference"] is None
    assert found["independence"]["independent"] is True


def test_a_part_that_fails_hides_no_other(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "ao.toml").write_text(CONFIG.replace("CODE", 'code = "model.py"'))
    (project / "model.py").write_text("def predict_model(model, data, **options):\n    raise ValueError('no')\n")
    found = examined(project, capfd)
    assert found["independence"]["independent"] is None
    assert "ValueError: no" in found["independence"]["failure"]
    assert found["costs"] is None
    assert "ValueError: no" in found["failures"]["costs"]
    assert found["packages"]["language"]


def test_what_a_model_that_predicts_nothing_holds_is_not_called_unneeded(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "ao.toml").write_text(CONFIG.replace("CODE", 'code = "model.py"'))
    data = pd.DataFrame({"x": [float(i) for i in range(50)]})
    model = LinearRegression().fit(data, data.x)
    model.rows_ = data
    joblib.dump(model, project / "model.joblib")
    (project / "model.py").write_text("def predict_model(model, data, **options):\n    raise ValueError('no')\n")
    leftovers = examined(project, capfd)["leftovers"]
    assert leftovers
    assert {leftover["needed"] for leftover in leftovers} == {None}


def test_a_model_that_can_not_be_loaded_is_a_problem(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "model.joblib").write_bytes(b"no model")
    assert main(["--project", str(project)]) == 3
    assert json.loads(capfd.readouterr().out)["problem"]["code"] == "MODEL_LOAD"
