"""What takes over in `ao serve` predicts, and was fitted on the columns that callers are asked for."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import joblib
import pandas as pd
import pytest
from languages import first
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CARS = pd.DataFrame({"wt": [2.6, 2.9, 2.3, 3.2], "hp": [110.0, 93, 175, 62], "mpg": [21.0, 22.8, 18.7, 24.4]})


def fit(project: Path, language: str, *columns: str, scale: float = 1.0) -> None:
    if language == "r":
        CARS.to_csv(project / "cars.csv", index=False)
        code = f"d <- read.csv('cars.csv'); d$mpg <- d$mpg * {scale}; saveRDS(lm(mpg ~ {' + '.join(columns)}, d), 'n')"
        subprocess.run(["Rscript", "-e", code], cwd=project, check=True)
        (project / "n").replace(project / "model.rds")
        return
    joblib.dump(LinearRegression().fit(CARS[list(columns)], CARS["mpg"] * scale), project / "n")
    (project / "n").replace(project / "model.joblib")


@first("r")
def test_a_refit_with_other_columns_never_takes_over(tmp_path: Path, language: str, serve: Callable[..., Any]) -> None:
    fit(tmp_path, language, "wt", "hp")
    artifact = "model.rds" if language == "r" else "model.joblib"
    (tmp_path / "ao.toml").write_text(
        f'[project]\nname = "cars"\nlanguage = "{language}"\n[model]\nartifact = "{artifact}"\n'
        '[model.inputs]\nwt = "number"\nhp = "number"\n[model.outputs]\nprediction = "number"\n',
        encoding="utf-8",
    )
    (tmp_path / "tests").mkdir()
    rows = {"rows": {"columns": {"wt": [2.5], "hp": [100]}}}
    (tmp_path / "tests" / "reference.json").write_text(json.dumps(rows), encoding="utf-8")

    def predict() -> float:
        answer = httpx.post(
            f"{served.url}/predict", json={"data": [{"wt": 2.5, "hp": 100}]}, trust_env=False, timeout=60
        )
        return float(answer.raise_for_status().json()["predictions"][0]["prediction"])

    with serve(tmp_path) as served:
        served.wait_for("ready")
        first = predict()
        fit(tmp_path, language, "wt")
        assert "hp" in served.wait_for("reload-failed")["message"]
        assert predict() == first
        if language == "r":
            # what fails on the reference rows; scikit-learn names no such thing
            fit(tmp_path, language, "wt", "I(mpg * 2)")
            assert "not ready" in served.wait_for("reload-failed", count=2)["message"]
            assert predict() == first
        fit(tmp_path, language, "wt", "hp", scale=2.0)
        served.wait_for("reloaded")
        assert predict() == pytest.approx(2 * first)
