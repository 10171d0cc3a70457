"""`ao init` with models of other tools: MLflow's and ONNX graphs."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Ao

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".nox" / "foreign"

PYFUNC = """
import mlflow, pandas as pd
from mlflow.models import infer_signature

class Scaled(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["wt"] * params["factor"] + model_input["cyl"]

rows = pd.DataFrame({"wt": [2.5, 3.0, 2.0], "cyl": [4, 6, 8], "make": ["a", "b", "a"]})
signature = infer_signature(rows, rows.wt, params={"factor": 2.0})
mlflow.pyfunc.save_model("scaled", python_model=Scaled(), signature=signature, input_example=rows)
"""

REGISTERED = """
import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression

X, y = load_diabetes(return_X_y=True, as_frame=True)
X, model = X[["age", "bmi"]], LinearRegression()
model.fit(X, y)
with mlflow.start_run():
    signature = infer_signature(X, y)
    mlflow.sklearn.log_model(
        model, name="model", signature=signature, input_example=X.head(3), registered_model_name="diabetes"
    )
mlflow.MlflowClient().set_registered_model_alias("diabetes", "champion", 1)
"""

GRAPHS = """
import numpy as np
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

X, y = load_iris(return_X_y=True)
X = X.astype(np.float32)
for name, model in (("tree", DecisionTreeClassifier(random_state=1).fit(X, y)), ("line", LinearRegression().fit(X, y))):
    with open(f"{name}.onnx", "wb") as file:
        file.write(to_onnx(model, X[:1]).SerializeToString())
np.savetxt("iris.csv", X[:40:8], delimiter=",", header="x1,x2,x3,x4", comments="", fmt="%.7g")
print(LinearRegression().fit(X, y).predict(X[:1]).tolist()[0])
"""


def fit(program: str, folder: Path, python: Path | str = sys.executable, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [python, "-W", "ignore", "-c", program], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "ao.toml").read_text(encoding="utf-8"))


def with_packages(name: str, *packages: str) -> Path:
    """Return an environment that can load models, and has these packages; it is kept for the next time."""
    folder = KEPT / name
    wanted = folder / "wanted.txt"
    if not wanted.exists() or wanted.read_text(encoding="utf-8") != "\n".join(packages):
        uv = [sys.executable, "-m", "uv"]
        ours = [argument for part in ("proto", "project", "worker[data-frames]") for argument in ("-e", ROOT / part)]
        subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        install = [*uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python"]
        subprocess.run([*install, *ours, "pytest", "ruff", *packages], check=True)
        wanted.write_text("\n".join(packages), encoding="utf-8")
    return folder


def test_a_model_of_mlflow_has_its_signature_its_parameters_and_its_files(ao: Ao, tmp_path: Path) -> None:
    fit(PYFUNC, tmp_path)
    made = ao("init", "cars", "--model", "scaled", folder=tmp_path)
    assert made.exit_code == 0, made.output
    assert "flavour python_function" in made.output
    settings = told(tmp_path / "cars")
    inputs = settings["model"]["inputs"]
    assert {name: spec if isinstance(spec, str) else spec["type"] for name, spec in inputs.items()} == {
        "wt": "number",
        "cyl": "integer",
        "make": "string",
    }
    assert settings["model"]["options"]["factor"] == {"type": "number", "default": 2}
    assert settings["model"]["files"] == ["mlflow_model"]
    assert (tmp_path / "cars" / "mlflow_model" / "MLmodel").is_file()
    needed = (tmp_path / "cars" / "requirements.txt").read_text(encoding="utf-8")
    assert "cloudpickle==" in needed
    reference = (tmp_path / "cars" / "tests" / "reference.json").read_text(encoding="utf-8")
    assert "[9.0, 12.0, 12.0]" in reference
    assert not list(tmp_path.glob("*brought*"))


@pytest.mark.long
def test_what_mlflow_does_not_have_is_told(ao: Ao, tmp_path: Path) -> None:
    env = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/none.db"}
    missing = ao("init", "cars", "--model", "models:/nobody@champion", folder=tmp_path, env=env)
    assert missing.exit_code != 0
    assert "MLflow can't give the model `models:/nobody@champion`" in missing.output
    assert "MLFLOW_TRACKING_URI" in missing.output
    assert not (tmp_path / "cars").exists()


def test_without_mlflow_or_onnxruntime_the_line_that_installs_it_is_told(
    ao: Ao, tmp_path: Path, bare_python: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    (tmp_path / "graph.onnx").write_bytes(b"no graph")
    (tmp_path / "cars").mkdir()
    (tmp_path / "cars" / ".venv").symlink_to(bare_python.parents[1])
    for model, package in (("kept", "mlflow"), ("graph.onnx", "onnxruntime")):
        refused = ao("init", "cars", "--model", model, folder=tmp_path)
        assert refused.exit_code != 0
        assert package in refused.output
        assert "install" in refused.output


@pytest.mark.long
def test_a_registered_model_of_mlflow_is_taken_in_by_its_alias(ao: Ao, tmp_path: Path) -> None:
    packages = with_packages("mlflow", "mlflow==3.17.2", "scikit-learn", "skops")
    env = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"}
    fit(REGISTERED, tmp_path, packages / "bin" / "python", {**env, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    project = tmp_path / "diabetes"
    project.mkdir()
    (project / ".venv").symlink_to(packages)
    made = ao("init", "diabetes", "--model", "models:/diabetes@champion", folder=tmp_path, env=env)
    assert made.exit_code == 0, made.output
    assert "skops==" in (project / "requirements.txt").read_text(encoding="utf-8")
    checked = ao("check", folder=project)
    assert checked.exit_code == 0, checked.output


@pytest.mark.long
@pytest.mark.parametrize("model", ["tree", "line"])
def test_an_onnx_graph_is_taken_in_and_checked(ao: Ao, tmp_path: Path, model: str) -> None:
    packages = with_packages("onnx", "onnxruntime==1.32.0", "skl2onnx==1.20.0", "scikit-learn")
    fit(GRAPHS, tmp_path, packages / "bin" / "python")
    project = tmp_path / "iris"
    project.mkdir()
    (project / ".venv").symlink_to(packages)
    for data in ((), ("--data", "iris.csv")):
        made = ao("init", "iris", "--model", f"{model}.onnx", *data, folder=tmp_path)
        assert made.exit_code == 0, made.output
        assert "single precision" in made.output
        assert ("made up" in made.output) == (not data)
        assert [*told(project)["model"]["inputs"]] == ["x1", "x2", "x3", "x4"]
        outputs = [*told(project)["model"]["outputs"]]
        assert outputs == (["prediction"] if model == "line" else ["output_label", *outputs[1:]])
        assert len(outputs) == (1 if model == "line" else 4)
        if not data:
            for path in [path for path in project.rglob("*") if path.is_file() and ".venv" not in path.parts]:
                path.unlink()
    checked = ao("check", folder=project)
    assert checked.exit_code == 0, checked.output
