"""A model's own environment holds what AnOps would not: the part of AnOps in it needs none of that."""

from __future__ import annotations

import os
import subprocess
import sys
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


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with an older protobuf, and of AnOps with what loads a model alone."""
    folder = tmp_path_factory.mktemp("light")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    program = folder / "bin" / "python"
    install = [str(program), "-m", "pip", "install", "--quiet"]
    ours = [str(ROOT / package) for package in ("proto", "project", "worker")]
    subprocess.run([*install, "protobuf<6", "scikit-learn", *ours], check=True, capture_output=True)
    listed = subprocess.run([str(program), "-m", "pip", "list"], check=True, capture_output=True, text=True).stdout
    assert not {"grpcio", "pydantic", "fastapi"} & {line.split()[0] for line in listed.splitlines()}
    return program


def test_a_model_is_described_and_served_from_it(python: Path, tmp_path: Path) -> None:
    (tmp_path / "fit.py").write_text(FIT)
    environment = {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    expected = [int(label) for label in run(str(python), "fit.py").split()]
    run(sys.executable, "-m", "ao", "init", "--model", "model.joblib", "--data", "rows.csv", "project")
    with serving(tmp_path / "project", "--python", str(python)) as stack:
        rows = (tmp_path / "rows.csv").read_text()
        answer = stack.client.post("/predict", content=rows, headers={"content-type": "text/csv"})
    assert [row["prediction"] for row in answer.json()["predictions"]] == expected
