"""`ao init` with models of other tools: MLflow's, ONNX graphs, pins of vetiver."""

from __future__ import annotations

import json
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

TWO_INPUTS = """
import onnx
from onnx import TensorProto as T, helper

value = helper.make_tensor_value_info
graph = helper.make_graph(
    [
        helper.make_node("ReduceSum", ["a", "axis"], ["sum"]),
        helper.make_node("Mul", ["sum", "ten"], ["tens"]),
        helper.make_node("Cast", ["k"], ["ones"], to=T.FLOAT),
        helper.make_node("Add", ["tens", "ones"], ["y"]),
    ],
    "two",
    [value("a", T.FLOAT, [1, 2]), value("k", T.INT64, [1, 1])],
    [value("y", T.FLOAT, [1, 1])],
    [helper.make_tensor("axis", T.INT64, [1], [1]), helper.make_tensor("ten", T.FLOAT, [1], [10.0])],
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "two.onnx")
"""


NAMED_INPUTS = """
import numpy as np
import onnx
from onnx import TensorProto as T, helper

value = helper.make_tensor_value_info
graph = helper.make_graph(
    [
        helper.make_node("Cast", ["k"], ["ones"], to=T.DOUBLE),
        helper.make_node("Cast", ["a_b"], ["tens"], to=T.DOUBLE),
        helper.make_node("Mul", ["tens", "ten"], ["times"]),
        helper.make_node("Add", ["times", "ones"], ["y"]),
    ],
    "named",
    [value("a_b", T.FLOAT16, [None, 1]), value("k", T.UINT8, [None, 1])],
    [value("y", T.DOUBLE, [None, 1])],
    [onnx.numpy_helper.from_array(np.array([10.0]), "ten")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.save(model, "named.onnx", save_as_external_data=True, size_threshold=0, location="named.onnx.data")
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
    assert "[9.0, 12.0, 12.0, 9.0]" in reference  # the last misses its text
    assert not list(tmp_path.glob("*brought*"))


WHOLE = """
import mlflow, numpy as np
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec

class Sum(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return np.asarray(model_input).sum(axis=1).astype("float64")

for name, inputs in (
    ("columns", [ColSpec("integer", "x1"), ColSpec("long", "x2")]),
    ("tensor", [TensorSpec(np.dtype("uint8"), (-1, 2))]),
):
    mlflow.pyfunc.save_model(name, python_model=Sum(), signature=ModelSignature(Schema(inputs)))
"""


def test_whole_numbers_that_the_signature_of_mlflow_can_not_hold_are_refused(ao: Ao, tmp_path: Path) -> None:
    """MLflow has types of 32 bits and fewer, to which NumPy makes other numbers of larger ones."""
    fit(WHOLE, tmp_path)
    (tmp_path / "train.csv").write_text("y,x2,id,x1\n1,2,a,3\n2,3,b,4\n", encoding="utf-8")
    for name, limits in (("columns", (-(2**31), 2**31 - 1)), ("tensor", (0, 255))):
        rows = ("--data", "train.csv") if name == "columns" else ()
        made = ao("init", f"of-{name}", "--model", name, *rows, folder=tmp_path)
        assert made.exit_code == 0, made.output
        assert ("Left out of train.csv: `y`, `id`, which the model does not take." in made.output) == bool(rows)
        inputs = told(tmp_path / f"of-{name}")["model"]["inputs"]
        assert {*inputs} == {"x1", "x2"}
        assert inputs["x1"] | {"min": limits[0], "max": limits[1]} == inputs["x1"]
        frame = f"pd.DataFrame({{'x1': [{limits[1] + 1}], 'x2': [1]}})"
        program = f"import pandas as pd, model\nmodel.predict_model(model.load_model(None), {frame})"
        asked = [sys.executable, "-W", "ignore", "-c", program]
        failed = subprocess.run(asked, cwd=tmp_path / f"of-{name}", capture_output=True, text=True, check=False)
        assert "ValueError: A value does not fit" in failed.stderr, failed.stderr


UNSIGNED = """
import mlflow, pandas as pd
from sklearn.linear_model import LinearRegression

rows = pd.DataFrame({"wt": [2.5, 3.0, 2.0], "hp": [93.0, 110.0, 66.0]})
mlflow.sklearn.save_model(LinearRegression().fit(rows, rows.wt + rows.hp), "unsigned")
"""


@pytest.mark.long
def test_a_model_of_mlflow_without_a_signature_says_itself_which_columns_it_takes(ao: Ao, tmp_path: Path) -> None:
    fit(UNSIGNED, tmp_path)
    made = ao("init", "cars", "--model", "unsigned", folder=tmp_path)
    assert made.exit_code == 0, made.output
    assert "flavour sklearn, since it has no signature" in made.output
    assert [*told(tmp_path / "cars")["model"]["inputs"]] == ["wt", "hp"]
    reference = json.loads((tmp_path / "cars" / "tests" / "reference.json").read_text(encoding="utf-8"))
    rows, answers = reference["rows"]["columns"], reference["predictions"]["columns"]["prediction"]
    assert answers == pytest.approx([sum(row) for row in zip(*rows.values(), strict=True)])


TENSOR = """
import mlflow, numpy as np
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression

rows = np.array([[2.5, 93.0, 1.0], [3.0, 110.0, 0.0], [2.0, 66.0, 1.5], [1.0, 50.0, 2.0]])
model = LinearRegression().fit(rows, rows.sum(axis=1))
mlflow.sklearn.save_model(model, "tensor", signature=infer_signature(rows))
"""


def test_a_signature_of_one_tensor_has_a_column_for_each_of_its_second_dimension(ao: Ao, tmp_path: Path) -> None:
    fit(TENSOR, tmp_path)
    made = ao("init", "sums", "--model", "tensor", folder=tmp_path)
    assert made.exit_code == 0, made.output
    assert {name: each["type"] for name, each in told(tmp_path / "sums")["model"]["inputs"].items()} == {
        "x1": "number", "x2": "number", "x3": "number"
    }  # fmt: skip
    reference = json.loads((tmp_path / "sums" / "tests" / "reference.json").read_text(encoding="utf-8"))
    rows, answers = reference["rows"]["columns"], reference["predictions"]["columns"]["prediction"]
    assert answers == pytest.approx([sum(row) for row in zip(*rows.values(), strict=True)])


PINNED = """
import joblib, pandas as pd
from sklearn.linear_model import LinearRegression
rows = pd.DataFrame({"wt": [2.62, 3.1, 2.3, 4.0], "cyl": [4, 6, 4, 8]})
for version, y in (("20260101T080000Z-0ceb6", [1, 1, 1, 1]), ("20261130T070946Z-1f2a3", [21.6, 18.2, 25.1, 14.0])):
    joblib.dump(LinearRegression().fit(rows, y), f"board/cars/{version}/cars.joblib")
"""
META = """api_version: 1
created: 20261130T070946Z
description: A scikit-learn LinearRegression model
file: {file}
file_size: 857
pin_hash: 0ceb6a648aaacc0c
title: 'cars: a pinned LinearRegression object'
type: {kind}
user:
  user: {{}}
  vetiver_meta:
    prototype: '{{"wt": 2.62, "cyl": 4.0}}'
    python_version: [3, 11, 7, final, 0]
    required_pkgs: [scikit-learn]
"""


def test_the_newest_version_of_a_pin_of_python_is_taken_in_with_its_row(ao: Ao, tmp_path: Path) -> None:
    for version in ("20260101T080000Z-0ceb6", "20261130T070946Z-1f2a3"):
        folder = tmp_path / "board" / "cars" / version
        folder.mkdir(parents=True)
        (folder / "data.txt").write_text(META.format(file="cars.joblib", kind="joblib"), encoding="utf-8")
    fit(PINNED, tmp_path)
    made = ao("init", "cars", "--model", "board/cars", folder=tmp_path)
    assert made.exit_code == 0, made.output
    assert "It is version 20261130T070946Z-1f2a3 of the pin `cars`." in made.output
    assert list(told(tmp_path / "cars")["model"]["inputs"]) == ["wt", "cyl"]
    reference = json.loads((tmp_path / "cars" / "tests" / "reference.json").read_text(encoding="utf-8"))
    assert reference["rows"]["columns"] == {"wt": [2.62], "cyl": [4.0]}
    (predicted,) = reference["predictions"]["columns"]["prediction"]
    assert 20 < predicted < 25  # the older version says 1


def test_a_pin_of_r_is_taken_in_with_the_columns_of_its_prototype(ao: Ao, tmp_path: Path) -> None:
    folder = tmp_path / "board" / "flowers" / "20261130T070946Z-1f2a3"
    folder.mkdir(parents=True)
    meta = META.format(file="flowers.rds", kind="rds").partition("  vetiver_meta")[0]
    (folder / "data.txt").write_text(meta, encoding="utf-8")
    # a class that says nothing of its columns; the list is what vetiver_pin_write() saves
    program = """
      model <- structure(list(), class = "flower")
      ptype <- iris[0, c("Petal.Length", "Species")]
      saveRDS(list(model = model, ptype = ptype, required_pkgs = character()), commandArgs(TRUE)[1])
    """
    subprocess.run(["Rscript", "-e", program, folder / "flowers.rds"], check=True)
    (folder / "model.R").write_text(
        "predict.flower <- function(object, newdata, ...) newdata$Petal.Length * as.integer(newdata$Species)\n",
        encoding="utf-8",
    )
    made = ao("init", "flowers", "--model", str(folder), folder=tmp_path)
    assert made.exit_code == 0, made.output
    inputs = told(tmp_path / "flowers")["model"]["inputs"]
    assert inputs["Petal.Length"] == "number"
    assert inputs["Species"]["levels"] == ["setosa", "versicolor", "virginica"]


def test_a_pin_that_is_no_model_is_refused(ao: Ao, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("file: cars.csv\ntype: csv\n", encoding="utf-8")
    refused = ao("init", "cars", "--model", str(tmp_path), folder=tmp_path)
    assert refused.exit_code != 0
    assert "holds no model: it is of type csv" in refused.output
    assert "vetiver_pin_write()" in refused.output


@pytest.mark.long
def test_a_model_that_vetiver_has_pinned_is_taken_in(ao: Ao, tmp_path: Path) -> None:
    python = with_packages("vetiver", "vetiver==0.2.6", "scikit-learn==1.9.1") / "bin" / "python"
    program = """
import pandas as pd, pins, vetiver
from sklearn.linear_model import LinearRegression
X = pd.DataFrame({"wt": [2.62, 3.1, 2.3, 4.0], "cyl": [4, 6, 4, 8]})
model = LinearRegression().fit(X, [21.6, 18.2, 25.1, 14.0])
board = pins.board_folder("board", allow_pickle_read=True)
vetiver.vetiver_pin_write(board, vetiver.VetiverModel(model, "cars", prototype_data=X))
"""
    fit(program, tmp_path, python)
    (tmp_path / "cars").mkdir()
    (tmp_path / "cars" / ".venv").symlink_to(python.parents[1])
    made = ao("init", "cars", "--model", "board/cars", folder=tmp_path)
    assert made.exit_code == 0, made.output
    assert "of the pin `cars`" in made.output
    assert ao("check", folder=tmp_path / "cars").exit_code == 0


def test_a_column_of_arrays_of_mlflow_is_refused_with_what_to_do(ao: Ao, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    inputs = json.dumps([{"type": "array", "items": {"type": "double"}, "name": "v", "required": True}])
    text = f"flavors:\n  python_function:\n    loader_module: none\nsignature:\n  inputs: '{inputs}'\n"
    (kept / "MLmodel").write_text(text, encoding="utf-8")
    made = ao("init", "project", "--model", str(kept), folder=tmp_path)
    said = " ".join(made.output.split())
    assert "takes an array in each row of its column `v`" in said
    assert "takes each element as a column of its own" in said


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


FORECASTING = """
import mlflow, pandas as pd
from statsmodels.tsa.statespace.sarimax import SARIMAX
months = pd.date_range("2021-01-01", periods=60, freq="MS")
fit = SARIMAX(pd.Series([float(i % 7 + i) for i in range(60)], index=months, name="sales"), order=(1, 1, 0)).fit(disp=0)
mlflow.statsmodels.log_model(fit, name="model", registered_model_name="sales")
mlflow.MlflowClient().set_registered_model_alias("sales", "champion", 1)
"""


@pytest.mark.long
def test_a_registered_series_of_mlflow_forecasts(ao: Ao, tmp_path: Path) -> None:
    packages = with_packages("mlflow", "mlflow==3.17.2", "scikit-learn", "skops", "statsmodels")
    env = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"}
    fit(FORECASTING, tmp_path, packages / "bin" / "python", {**env, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    project = tmp_path / "sales"
    project.mkdir()
    (project / ".venv").symlink_to(packages)
    made = ao("init", "sales", "--model", "sales@champion", folder=tmp_path, env=env)
    assert made.exit_code == 0, made.output
    assert 'last = "2025-12-01"' in (project / "ao.toml").read_text(encoding="utf-8")
    checked = ao("check", folder=project)
    assert checked.exit_code == 0, checked.output


@pytest.mark.long
def test_an_onnx_graph_of_several_inputs_has_the_columns_of_each(ao: Ao, tmp_path: Path) -> None:
    """One of its two inputs has two columns, the other takes no missing value; it was exported for a single row."""
    packages = with_packages("onnx", "onnxruntime==1.32.0", "skl2onnx==1.20.0", "scikit-learn")
    fit(TWO_INPUTS, tmp_path, packages / "bin" / "python")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / ".venv").symlink_to(packages)
    made = ao("init", "two", "--model", "two.onnx", folder=tmp_path)
    assert made.exit_code == 0, made.output
    inputs = told(tmp_path / "two")["model"]["inputs"]
    assert {**inputs, "k": "integer"} == {"a_1": "number", "a_2": "number", "k": "integer"}
    kept = json.loads((tmp_path / "two" / "tests" / "reference.json").read_text(encoding="utf-8"))
    rows, answers = kept["rows"]["columns"], kept["predictions"]["columns"]["prediction"]
    assert answers == pytest.approx([a * 10 + b * 10 + k for a, b, k in zip(*rows.values(), strict=True)], abs=1e-4)
    assert None not in rows["k"]


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


@pytest.mark.long
def test_rows_go_into_the_inputs_of_an_onnx_graph_by_their_names(ao: Ao, tmp_path: Path) -> None:
    """Whatever their order is; of what no input takes, and of numbers that its type can't hold, it says so."""
    packages = with_packages("onnx", "onnxruntime==1.32.0", "skl2onnx==1.20.0", "scikit-learn")
    fit(NAMED_INPUTS, tmp_path, packages / "bin" / "python")
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / ".venv").symlink_to(packages)
    (tmp_path / "few.csv").write_text("x,k,y\n9,4,1\n8,3,2\n", encoding="utf-8")
    refused = ao("init", "named", "--model", "named.onnx", "--data", "few.csv", "--target", "y", folder=tmp_path)
    assert "The model takes the columns `a_b`, `k`; `few.csv` lacks `a_b`." in " ".join(refused.output.split())
    (tmp_path / "rows.csv").write_text("x,k,a b,y\n9,4,2.5,1\n8,3,1.5,2\n", encoding="utf-8")
    made = ao("init", "named", "--model", "named.onnx", "--data", "rows.csv", "--target", "y", folder=tmp_path)
    assert made.exit_code == 0, made.output
    assert "Left out of rows.csv: `x`, which the model does not take." in made.output
    assert told(tmp_path / "named")["model"]["inputs"]["k"] == {"type": "integer", "min": 0, "max": 255}
    assert told(tmp_path / "named")["model"]["files"] == ["named.onnx.data"]
    kept = json.loads((tmp_path / "named" / "tests" / "reference.json").read_text(encoding="utf-8"))
    assert kept["predictions"]["columns"]["prediction"][:2] == [29.0, 18.0]
    ask = "import pandas as pd, model\nm = model.load_model('named.onnx')\n"
    for value in ("'a b': [70000.0], 'k': [1]", "'a b': [1.0], 'k': [256]"):
        program = f"{ask}model.predict_model(m, pd.DataFrame({{{value}}}))"
        asked = [packages / "bin" / "python", "-c", program]
        failed = subprocess.run(asked, cwd=tmp_path / "named", capture_output=True, text=True, check=False)
        assert "ValueError: Input" in failed.stderr, failed.stderr
