"""The world changes, an alert finds it, the model is refitted, compared and promoted: the whole chain."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.surroundings import Surroundings, surrounded
from anops_control.verbs.registry import verb
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Prediction, PredictionStore
from drifting import project_of, world
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long
ROWS = 300
MONITORING = """
[monitoring]
retrain = "on-alert"
promote = "{promote}"
rows = "recent.csv"

[alerts.error]
watch = "performance"
metric = "rmse"
above = 1.0
"""


@pytest.fixture(autouse=True)
def _outside() -> Iterator[None]:
    """Let verbs know of the environment what `ao` lets them know."""
    with surrounded(Surroundings.of(os.environ)):
        yield


def asked(project: Path, name: str, **request: Any) -> dict[str, Any]:
    known = verb(name)
    result = known.run(known.read({"folder": str(project), **request}), Events())
    told: dict[str, Any] = json.loads(json.dumps(result.to_dict()))
    return told


def fitted(tmp_path: Path, language: str, promote: str) -> Path:
    """Return a project that was trained, and is registered as champion."""
    project = project_of(tmp_path / "houses", language, MONITORING.format(promote=promote))
    trained = asked(project, "train")
    assert (trained["baseline"]["target"], trained["baseline"]["rows"]) == ("price", 320)
    asked(project, "model register")
    asked(project, "model promote", address="houses", checks=False)
    return project


def champion(project: Path) -> int:
    (model,) = asked(project, "model list")["models"]
    return int(model["aliases"]["champion"])


def test_what_no_longer_fits_is_fitted_anew(tmp_path: Path) -> None:
    project = fitted(tmp_path, "python", "ask")
    before = (project / "ao.toml").read_text(encoding="utf-8"), (project / "model.joblib").read_bytes()
    changed = world(ROWS, changed=True, seed=2)
    rows = [{"size": size, "age": age} for size, age in zip(changed["size"], changed["age"], strict=True)]
    store = PredictionStore(project / ".anops/predictions.db")
    told = json.dumps([{"prediction": 3 * row["size"] - 0.2 * row["age"]} for row in rows])
    store.add([Prediction(request_id="r", time=time.time() - 60, model="houses", version="0.1.1", digest="", rows=ROWS,
                          options="{}", inputs=json.dumps(rows), outputs=told)])  # fmt: skip
    store.close()
    outcomes = OutcomeStore(project / ".anops/predictions.db")
    outcomes.add(
        [
            Outcome(outcome=price, time=time.time(), request_id="r", row=row)
            for row, price in enumerate(["n/a", *changed["price"][1:]])
        ],
        received=time.time(),
    )
    outcomes.close()

    found = asked(project, "monitor alerts")
    made = found["retrained"]
    assert (made["promoted"], made["version"], made["rows"]["fitted"], made["rows"]["compared"]) == (False, 2, 209, 90)
    assert "It would be promoted: rmse" in made["says"]
    assert made["command"].startswith("ao model promote houses/2 --data .anops/retraining/holdout.csv")
    after = (project / "ao.toml").read_text(encoding="utf-8"), (project / "model.joblib").read_bytes()
    assert (champion(project), after) == (1, before)
    assert asked(project, "monitor alerts")["retrained"] is None

    asked(project, "model hold", address="houses", reason="audit")
    holdout = str(project / ".anops/retraining/holdout.csv")
    with pytest.raises(CommandError, match="is held"):
        asked(project, "model promote", address="houses/2", data=holdout, target="price", checks=False)
    asked(project, "model hold", address="houses", release=True)
    asked(project, "model promote", address="houses/2", data=holdout, target="price", checks=False)
    assert champion(project) == 2

    text = (project / "ao.toml").read_text(encoding="utf-8")
    other = text.replace('promote = "ask"', 'promote = "if-better"\nalias = "live"')
    (project / "ao.toml").write_text(other, encoding="utf-8")
    asked(project, "model hold", address="houses", alias="live", reason="audit")
    first = asked(project, "monitor retrain")
    assert first["release"] == "ao model hold houses --alias live --release"
    assert (first["promoted"], first["says"][:30]) == (False, "No version has `live` yet, so ")


def test_the_whole_chain_with_real_services(tmp_path: Path, language: str) -> None:
    project = fitted(tmp_path, language, "if-better")
    log = str(project / ".anops/predictions.db")
    logging = ["--prediction-log", log, "--prediction-log-values", "true"]
    changed = world(ROWS, changed=True, seed=2)
    rows = {name: changed[name] for name in ("size", "age")}
    with serving(project, api_arguments=logging) as stack:
        for start in range(0, ROWS, 100):
            part = {name: values[start : start + 100] for name, values in rows.items()}
            answer = stack.client.post("/predict", json={"data": part}).json()
            outcomes = [
                {"request_id": answer["request_id"], "row": row + 1, "outcome": changed["price"][start + row]}
                for row in range(100)
            ]
            assert stack.client.post("/outcomes", json={"outcomes": outcomes}).json()["new"] == 100

    found = asked(project, "monitor alerts")
    assert [each["alert"] for each in found["begun"]] == ["error"]
    assert found["retrained"]["promoted"], found["retrained"]["says"]
    assert champion(project) == 2
    assert asked(project, "monitor status")["baseline"]["source"].startswith("training ")
    with serving(project, api_arguments=logging) as stack:
        answer = stack.client.post("/predict", json={"data": rows}).json()
        errors = np.array([each["prediction"] for each in answer["predictions"]]) - np.array(changed["price"])
        assert np.sqrt(np.mean(errors**2)) < 0.7
        told = [
            {"request_id": answer["request_id"], "row": row + 1, "outcome": price}
            for row, price in enumerate(changed["price"])
        ]
        stack.client.post("/outcomes", json={"outcomes": told})
    again = asked(project, "monitor alerts")
    assert ([each["alert"] for each in again["ended"]], again["retrained"]) == (["error"], None)
