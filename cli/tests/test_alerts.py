"""`ao monitor alerts`: an incident is told once when it begins and once when it ends, whoever is away meanwhile."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest
from anops_model_interface.prediction_log import Prediction, PredictionStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Ao

ROWS = 60
RULES = """
[alerts.drift]
watch = "drift"
column = "petal width (cm)"
above = 0.1
severity = "critical"
description = "Ask the lab."
"""


@pytest.fixture
def project(fitted_python_project: Path, tmp_path: Path) -> Path:
    folder = copytree(fitted_python_project, tmp_path / "petals")
    with (folder / "ao.toml").open("a", encoding="utf-8") as file:
        file.write(RULES)
    lines = [f"5.0,{place / 20},{1.25 + place / 8}" for place in range(ROWS)]
    (folder / "train.csv").write_text("\n".join(["sepal length (cm),petal width (cm),y", *lines]), encoding="utf-8")
    return folder


def predicted(project: Path, request: str, shift: float, rows: int = ROWS) -> None:
    """Write into the log as a service does."""
    inputs = [{"sepal length (cm)": 5.0, "petal width (cm)": place / 20 + shift} for place in range(rows)]
    store = PredictionStore(project / ".anops/predictions.db")
    store.add(
        [
            Prediction(request_id=request, time=time.time() - 60, model="petals", version="0.1.0", digest="",
                       rows=rows, options="{}", inputs=json.dumps(inputs),
                       outputs=json.dumps([{"prediction": 1.0}] * rows))
        ]
    )  # fmt: skip
    store.close()


@contextmanager
def hook(status: int = 200, port: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the address of a webhook, and what it was told."""
    heard: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            heard.extend(told if isinstance(told, list) else [told])
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", port), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_incident_is_told_once(ao: Ao, project: Path) -> None:
    assert ao("monitor", "baseline", "train.csv", folder=project).exit_code == 0
    predicted(project, "r1", 2.0)
    with hook(500) as (address, _):
        away = ao("monitor", "alerts", env={"ANOPS_WEBHOOK": address})
    assert away.exit_code == 0, away.output
    assert "Incident 1 has begun: drift. PSI of `petal width (cm)` is" in away.output.replace("\n", " ")
    assert "it answered with status 500" in away.output.replace("\n", " ")
    with hook() as (address, heard):
        env = {"ANOPS_WEBHOOK": address}
        for _ in range(3):
            assert ao("monitor", "alerts", env=env).exit_code == 0
        assert [(each["status"], each["alert"], each["subject"]) for each in heard] == [
            ("firing", "drift", "petal width (cm)")
        ]
        assert (heard[0]["severity"], heard[0]["description"], heard[0]["model"]) == (
            "critical",
            "Ask the lab.",
            "petals",
        )
        (project / ".anops/predictions.db").unlink()
        predicted(project, "r2", 0.0, rows=5)
        few = ao("monitor", "alerts", env=env).output.replace("\n", " ")
        assert "unknown. PSI" not in few
        assert "Drift of `petal width (cm)` is not known: 5 values in the log" in few
        assert len(heard) == 1
        predicted(project, "r3", 0.0)
        ended = ao("monitor", "alerts", env=env)
        assert "Incident 1 has ended" in ended.output
        ao("monitor", "alerts", env=env)
        assert [each["status"] for each in heard] == ["firing", "resolved"]
    (told,) = json.loads(ao("monitor", "incidents", "--json").stdout)["incidents"]
    assert told["ended"] >= told["started"]


def test_alertmanager_is_told_again_as_long_as_it_lasts(ao: Ao, project: Path) -> None:
    assert ao("monitor", "baseline", "train.csv", folder=project).exit_code == 0
    predicted(project, "r1", 2.0)
    with hook() as (address, heard):
        for _ in range(2):
            ao("monitor", "alerts", env={"ANOPS_ALERTMANAGER": address.removesuffix("/hook")})
    assert [each["labels"]["alertname"] for each in heard] == ["drift", "drift"]
    assert heard[0]["startsAt"] == heard[1]["startsAt"] < heard[1]["endsAt"]


def test_a_dry_run_keeps_and_tells_nothing(ao: Ao, project: Path) -> None:
    assert ao("monitor", "baseline", "train.csv", folder=project).exit_code == 0
    predicted(project, "r1", 2.0)
    with hook() as (address, heard):
        shown = ao("monitor", "alerts", "--dry-run", env={"ANOPS_WEBHOOK": address})
    assert "drift: firing." in shown.output
    assert (heard, ao("monitor", "incidents").output.strip().endswith("There has been no incident.")) == ([], True)


def test_what_can_not_be_watched_is_told(ao: Ao, project: Path) -> None:
    lacking = ao("monitor", "alerts", folder=project)
    assert "has no prediction log yet" in lacking.output
    predicted(project, "r1", 2.0)
    assert "There is no baseline yet" in ao("monitor", "alerts").output
    assert ao("monitor", "baseline", "train.csv").exit_code == 0
    toml = (project / "ao.toml").read_text(encoding="utf-8")
    (project / "ao.toml").write_text(toml.replace('column = "petal width (cm)"', 'column = "petal widht"'))
    assert "the model has no column `petal widht`" in ao("monitor", "alerts").output
    (project / "ao.toml").write_text(toml.replace("above = 0.1", "above = 0.1\nbelow = 3"))
    assert "must have either `above` or `below`" in ao("monitor", "alerts").output.replace("\n", " ")
    (project / "ao.toml").write_text(toml.split("\n[alerts")[0])
    assert "There is no alert in ao.toml." in ao("monitor", "alerts").output
    told = ao("monitor", "alerts", env={"ANOPS_WEBHOOK": "lab"})
    assert "There is no alert" in told.output
