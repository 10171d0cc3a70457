"""Models of statsforecast, pmdarima, prophet and sktime forecast as their libraries do, in their own environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stack import serving
from uv import find_uv_bin

ROOT = Path(__file__).parents[1]
PACKAGES = ("statsforecast==2.1.1", "pmdarima==2.1.1", "prophet==1.5.0", "sktime==1.2.0", "pandas<3", "joblib")
OURS = tuple(str(ROOT / name) for name in ("proto", "project", "worker"))
PANEL = """
import joblib, numpy as np, pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS
months = pd.date_range("2018-01-01", periods=60, freq="MS")
data = pd.concat([
    pd.DataFrame({"shop": each, "ds": months, "y": 100 + i + np.sin(np.arange(60) * np.pi / 6 + i)})
    for i, each in enumerate(["7", "10", "b"])
])
model = StatsForecast(models=[AutoETS(season_length=12)], freq="MS").fit(data, id_col="shop")
joblib.dump(model, "model.joblib")
told = model.predict(h=2, level=[80])
model_b = model.fitted_[list(model.uids).index("b"), 0]
moved = model_b.forward(y=np.append(data.loc[data["shop"] == "b", "y"], [105.0]), h=2)["mean"]
import json
names = {"ids": "shop", "all": "AutoETS", "lower": "AutoETS-lo-80"}
print(json.dumps({"b": list(moved)} | {key: list(told[name]) for key, name in names.items()}))
"""
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the libraries."""
    place = tmp_path_factory.mktemp("libraries") / "venv"
    python = place / "bin/python"
    subprocess.run([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, str(place)], check=True)
    install = [find_uv_bin(), "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([*install, *PACKAGES, *OURS], check=True)
    return python


def run(command: list[str], folder: Path, python: Path) -> str:
    """Run a program, which must do well, as somebody who has activated an environment."""
    environment = {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("library", ["statsforecast", "pmdarima", "prophet", "sktime"])
def test_forecasts_are_those_of_the_library(library: str, python: Path, tmp_path: Path) -> None:
    run([str(python), str(Path(__file__).with_name("series_libraries.py")), library], tmp_path, python)


def test_a_panel_is_served_and_takes_in_observations(python: Path, tmp_path: Path) -> None:
    own = json.loads(run([str(python), "-c", PANEL], tmp_path, python).splitlines()[-1])
    run([sys.executable, "-m", "ao", "init", "project", "--model", "model.joblib"], tmp_path, python)
    config = tmp_path / "project/ao.toml"
    assert 'keys = ["shop"]' in config.read_text(encoding="utf-8")
    worker = ("--workers", "1", "--worker-python", str(python))
    store = ("--series-store", str(tmp_path / "series.db"))
    with serving(tmp_path / "project", *worker, api_arguments=store) as stack:
        answer = stack.client.post("/forecast", json={"horizon": 2, "level": 80})
        assert answer.status_code == 200, answer.text
        rows = answer.json()["predictions"]
        found = {(row["shop"], row["time"]): row for row in rows}
        times = ["2023-01-01", "2023-02-01"] * 3
        assert [found[place]["prediction"] for place in zip(own["ids"], times, strict=True)] == pytest.approx(
            own["all"]
        )
        assert [found[place]["lower_80"] for place in zip(own["ids"], times, strict=True)] == pytest.approx(
            own["lower"]
        )
        seen = [{"shop": "b", "time": "2023-01-01", "value": 105}]
        assert stack.client.post("/observations", json={"data": seen}).status_code == 200
        asked = {"horizon": 2, "keys": [{"shop": "b"}, {"shop": "7"}]}
        rows = stack.client.post("/forecast", json=asked).json()["predictions"]
        assert [row["time"] for row in rows] == ["2023-02-01", "2023-03-01", "2023-01-01", "2023-02-01"]
        assert [row["prediction"] for row in rows[:2]] == pytest.approx(own["b"])
        refused = stack.client.post("/forecast", json={"horizon": 2, "keys": [{"shop": "8"}]})
        assert (refused.status_code, refused.json()["code"]) == (422, "COLUMN_LEVEL")
        assert "no series with the `shop` 8" in refused.json()["detail"]
