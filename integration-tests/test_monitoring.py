"""A model in either language is served, asked and told what came true; `ao monitor` says what has changed."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_control.events import Events
from anops_control.verbs.registry import verb
from little_models import write_project
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.verbs.verb import Verb

OUTPUTS = 'prediction = "number"\nlower = "number"\nupper = "number"'
OPTIONS = (
    'interval = { type = "category", levels = ["none", "prediction"], default = "none" }\n'
    'level = { type = "number", default = 0.9 }'
)
ROWS = 120


def told(project: Path, name: str, **request: Any) -> dict[str, Any]:
    asked: Verb[Any, Any] = verb(f"monitor {name}")
    # as the control service does: through JSON and back
    result = asked.run(asked.read(json.loads(json.dumps({"folder": str(project), **request}))), Events())
    found: dict[str, Any] = json.loads(json.dumps(result.to_dict()))
    return found


def write(file: Path, columns: dict[str, list[Any]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(columns)
        lines.writerows(zip(*columns.values(), strict=True))
    return file


def test_drift_and_broken_promises_are_found(tmp_path: Path, language: str) -> None:
    project = write_project(
        tmp_path / "project", language, "band", outputs=OUTPUTS, options=OPTIONS, row_independent=True
    )
    generator = np.random.default_rng(7)
    fitted = {name: generator.normal(size=300).tolist() for name in "ab"}
    came = np.array(fitted["a"]) + generator.normal(size=300)
    train = write(tmp_path / "train.csv", {**fitted, "y": came.tolist()})
    kept = told(project, "baseline", data=str(train))
    assert (kept["rows"], kept["target"], kept["source"]) == (300, "y", "train.csv")

    later = {"a": generator.normal(1.0, size=ROWS).tolist(), "b": generator.normal(size=ROWS).tolist()}
    true = np.array(later["a"]) + generator.normal(0, 3, ROWS)
    log = project / ".anops/predictions.db"
    with serving(project, api_arguments=["--prediction-log", str(log), "--prediction-log-values", "true"]) as stack:
        asked = {"data": later, "options": {"interval": "prediction", "level": 0.9}}
        answer = stack.client.post("/predict", json=asked).json()
        request = answer["request_id"]
        first = [{"request_id": request, "row": 1, "outcome": true[0]}]
        assert stack.client.post("/outcomes", json={"outcomes": first}).json()["new"] == 1
    lines = {"request_id": [request] * ROWS, "row": [*range(1, ROWS + 1)], "outcome": true.tolist()}
    taken = told(project, "outcomes", file=str(write(tmp_path / "outcomes.csv", lines)))
    assert (taken["new"], taken["same"], taken["unknown"]) == (ROWS - 1, 1, 0)

    report = told(project, "report", html=str(tmp_path / "report.html"), prometheus=str(tmp_path / "figures.prom"))
    verdicts = {each["column"]: each["verdict"] for each in report["whole"]["columns"]}
    assert (report["rows"], report["outcomes"], verdicts) == (ROWS, ROWS, {"a": "large", "b": "none"})
    (covered,) = report["whole"]["coverage"]
    within = int((np.abs(true - later["a"]) <= 1.645).sum())
    assert (covered["within"], covered["verdict"]) == (within, "too narrow")
    metrics = {each["metric"]: each["value"] for each in report["whole"]["performance"]["metrics"]}
    assert metrics["rmse"] == pytest.approx(np.sqrt(np.mean((true - later["a"]) ** 2)))
    assert "too narrow" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "anops_drift_psi" in (tmp_path / "figures.prom").read_text(encoding="utf-8")
    status = told(project, "status")
    assert (status["fits"][0]["rows_with_values"], status["outcomes"], status["baseline"]["rows"]) == (ROWS, ROWS, 300)
