"""Where `ao serve` keeps what is observed of a time series."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIT = """
import joblib, pandas
from statsmodels.tsa.arima.model import ARIMA
values = pandas.Series([3.0, 4, 2, 5, 4, 6, 5, 7], index=pandas.period_range("2020-01", periods=8, freq="M"))
joblib.dump(ARIMA(values, order=(1, 0, 0)).fit(), "model.joblib")
"""


def test_observations_are_kept_where_it_is_said(tmp_path: Path, serve: Callable[..., Any]) -> None:
    pytest.importorskip("statsmodels")
    subprocess.run([sys.executable, "-c", FIT], cwd=tmp_path, check=True)
    subprocess.run([sys.executable, "-m", "ao", "init", "sales", "--model", "model.joblib"], cwd=tmp_path, check=True)
    project, store = tmp_path / "sales", tmp_path / "elsewhere.db"
    with serve(project, "--port", "0", "--series-store", str(store)) as served:
        served.wait_for("ready")
        row = {"time": "2020-09-01", "value": 6.5}
        answer = httpx.post(f"{served.url}/observations", json={"data": [row]})
        assert answer.json()["observations"]["new"] == 1, answer.text
    assert store.is_file()
    assert not (project / ".anops" / "series.db").exists()
