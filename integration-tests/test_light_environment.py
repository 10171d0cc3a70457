"""A model's own environment holds what AnOps would not, or less: the part of AnOps in it needs none of that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from stack import serving

ROOT = Path(__file__).parents[1]
FIT = """
import joblib
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

rows = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 8], "g": ["a", "b"] * 4})
encoded = make_column_transformer((OneHotEncoder(), ["g"]), remainder="passthrough")
model = make_pipeline(encoded, LogisticRegression()).fit(rows, [0, 0, 0, 1, 0, 1, 1, 1])
joblib.dump(model, "model.joblib")
rows.to_csv("rows.csv", index=False)
print(*model.predict(rows))
"""


AO = (sys.executable, "-m", "ao")
NUMBERS_ALONE = """
import pickle
import numpy as np

class Line:
    feature_names = ["a", "b"]

    def predict(self, data):
        return np.asarray(data) @ [1.0, 2.0]
"""


OURS = ("anops-model-interface", "anops-project", "anops-worker")


class Runner:
    """Runs commands in a folder, as somebody who has activated an environment."""

    def __init__(self, folder: Path, python: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}

    def __call__(self, *command: str, fails: bool = False) -> str:
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with an older protobuf and a newer pandas, and of AnOps with what loads a model alone."""
    folder = tmp_path_factory.mktemp("light")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    program = folder / "bin" / "python"
    install = [str(program), "-m", "pip", "install", "--quiet", "--no-compile"]
    ours = [str(ROOT / package) for package in ("proto", "project", "worker")]
    others = ["protobuf<6", "pandas>=3", "scikit-learn"]
    subprocess.run([*install, *others, *ours], check=True, capture_output=True)
    listed = subprocess.run([str(program), "-m", "pip", "list"], check=True, capture_output=True, text=True).stdout
    assert not {"grpcio", "pydantic", "fastapi"} & {line.split()[0] for line in listed.splitlines()}
    return program


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has numpy and msgspec, and neither pandas nor joblib: what is here is linked, not installed."""
    return linked(tmp_path_factory.mktemp("bare"), ("numpy", "msgspec", *OURS))


def linked(folder: Path, names: tuple[str, ...]) -> Path:
    """Make an environment of packages that are here, in a moment: by links."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (place,) = folder.glob("lib/python3*/site-packages")
    for name in names:
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            if not (place / top).exists():
                (place / top).symlink_to(Path(str(found.locate_file(top))))
    return folder / "bin" / "python"


def test_a_model_is_described_and_served_from_it(python: Path, tmp_path: Path) -> None:
    (tmp_path / "fit.py").write_text(FIT)
    run = Runner(tmp_path, python)
    expected = [int(label) for label in run(str(python), "fit.py").split()]
    run(*AO, "init", "--model", "model.joblib", "--data", "rows.csv", "project")
    assert "pandas==3." in (tmp_path / "project/requirements.txt").read_text()
    with serving(tmp_path / "project", "--worker-python", str(python)) as stack:
        rows = (tmp_path / "rows.csv").read_text()
        answer = stack.client.post("/predict", content=rows, headers={"content-type": "text/csv"})
    assert [row["prediction"] for row in answer.json()["predictions"]] == expected


def test_a_model_of_numbers_needs_neither_pandas_nor_joblib(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "lines.py").write_text(NUMBERS_ALONE)
    run = Runner(tmp_path, bare)
    run(str(bare), "-c", "import lines, pickle; pickle.dump(lines.Line(), open('line.pkl', 'wb'))")
    run(*AO, "init", "--model", "line.pkl", "project")
    with serving(tmp_path / "project", "--worker-python", str(bare)) as stack:
        answer = stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}, {"a": 0.5, "b": 0}]})
    assert [row["prediction"] for row in answer.json()["predictions"]] == [5.0, 0.5]


def test_what_takes_pandas_or_joblib_says_so(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "lines.py").write_text(NUMBERS_ALONE)
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    run = Runner(tmp_path, bare)
    run(str(bare), "-c", "import lines, pickle; pickle.dump(lines.Line(), open('line.pkl', 'wb'))")
    run(sys.executable, "-c", "import joblib; joblib.dump({}, 'model.joblib', compress=3)")
    told = run(*AO, "init", "--model", "line.pkl", "--data", "rows.csv", "project", fails=True)
    assert "Can't read rows.csv" in told
    assert "pandas is not installed" in told
    told = run(*AO, "init", "--model", "model.joblib", "project", fails=True)
    assert "it needs the package `joblib`, which is not installed" in told


def test_an_installation_that_does_not_offer_what_it_has_says_so(tmp_path: Path) -> None:
    others = ("numpy", "msgspec", "scikit-learn", "scipy", "joblib", "cloudpickle", "threadpoolctl", "narwhals")
    python = linked(tmp_path / "older", (*others, *OURS))
    (facts,) = tmp_path.glob("older/lib/python3*/site-packages/anops_worker-*.dist-info")
    whole = facts.resolve()
    facts.unlink()
    shutil.copytree(whole, facts)
    told = (facts / "entry_points.txt").read_text()
    (facts / "entry_points.txt").write_text(told[told.index("[anops.runtimes]") :])
    run = Runner(tmp_path, python)
    fit = "import joblib, sklearn.linear_model as l; joblib.dump(l.Ridge().fit([[1], [2]], [1, 2]), 'm.joblib')"
    run(str(python), "-c", fit)
    said = run(*AO, "init", "--model", "m.joblib", "project", fails=True)
    assert "`anops-worker` is not completely installed here" in said
    assert f"--no-deps --editable {ROOT / 'worker'}" in said
