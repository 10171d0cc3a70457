"""Incidents under a real Alertmanager, figures of a report under a real Prometheus: people are told once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from anops_control.events import Events
from anops_control.surroundings import Surroundings, surrounded
from anops_control.verbs.registry import verb
from anops_model_interface.prediction_log import Prediction, PredictionStore
from drifting import write
from free_ports import free_ports
from little_models import write_project
from stack import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long
ALERT = '\n[alerts.sizes]\nwatch = "drift"\ncolumn = "a"\nabove = 0.1\nseverity = "critical"\n'
ROUTES = """
route:
  receiver: people
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 24h
receivers:
  - name: people
    webhook_configs:
      - url: {hook}
        send_resolved: true
"""
RULES = """
groups:
  - name: drift
    rules:
      - alert: Moved
        expr: anops_drift_psi{part="columns"} > 0.25
"""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """Take both from Debian where they are not there: only these tests need them."""
    for program in ("prometheus", "prometheus-alertmanager"):
        if shutil.which(program) is None:
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", program], check=True)


@contextmanager
def answering(figures: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give an address that takes what people are told, and serves figures."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.extend(json.loads(self.rfile.read(int(self.headers["content-length"])))["alerts"])
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(figures.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def program(folder: Path, port: int, *words: str) -> Iterator[str]:
    """Run a program that answers at a port, and wait until it is ready."""
    with (folder / f"{words[0]}.log").open("wb") as log:
        process = subprocess.Popen([*words, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{address}/-/ready", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(ready)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=90)


@contextmanager
def alertmanager(folder: Path, hook: str) -> Iterator[str]:
    (folder / "alertmanager.yml").write_text(ROUTES.format(hook=f"http://{hook}/"), encoding="utf-8")
    words = [f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder / 'kept'}"]
    [port] = free_ports(1)
    with program(folder, port, "prometheus-alertmanager", *words, "--cluster.listen-address=") as address:
        yield address


def asked(project: Path, name: str, **request: Any) -> dict[str, Any]:
    known = verb(name)
    told: dict[str, Any] = known.run(known.read({"folder": str(project), **request}), Events()).to_dict()
    return told


def predicted(project: Path, request: str, mean: float) -> None:
    rows = [{"a": value, "b": 1.0} for value in np.random.default_rng(3).normal(mean, 1, 200).tolist()]
    store = PredictionStore(project / ".anops/predictions.db")
    kept = json.dumps(rows)
    store.add([Prediction(request_id=request, time=time.time() - 60, model="echo", version="0.1.0", digest="",
                          rows=len(rows), options="{}", inputs=kept, outputs=kept)])  # fmt: skip
    store.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    columns = 'a = "number"\nb = "number"'
    made = write_project(tmp_path / "echo", "python", "echo", inputs=columns, outputs=columns, row_independent=True)
    with (made / "ao.toml").open("a", encoding="utf-8") as file:
        file.write(ALERT)
    chance = np.random.default_rng(2)
    write(tmp_path / "train.csv", {"a": chance.normal(size=300).tolist(), "b": [1.0] * 300})
    asked(made, "monitor baseline", data=str(tmp_path / "train.csv"))
    predicted(made, "moved", 2.0)
    return made


def test_alertmanager_tells_people_once_of_each_incident(project: Path, tmp_path: Path) -> None:
    with (
        answering() as (hook, heard),
        alertmanager(tmp_path, hook) as address,
        surrounded(Surroundings.of({**os.environ, "ANOPS_ALERTMANAGER": address})),
    ):
        for _ in range(3):
            asked(project, "monitor alerts")
        wait_until(lambda: len(heard) >= 1)
        (project / ".anops/predictions.db").unlink()
        predicted(project, "as before", 0.0)
        asked(project, "monitor alerts")
        wait_until(lambda: any(each["status"] == "resolved" for each in heard))
        asked(project, "monitor alerts")
    assert [each["status"] for each in heard] == ["firing", "resolved"]
    labels = heard[0]["labels"]
    assert (labels["alertname"], labels["subject"], labels["severity"]) == ("sizes", "a", "critical")
    assert "PSI of `a` is" in heard[0]["annotations"]["summary"]


def test_figures_of_a_report_fire_a_rule_of_prometheus(project: Path, tmp_path: Path) -> None:
    asked(project, "monitor report", prometheus=str(tmp_path / "figures.prom"))
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    figures = (tmp_path / "figures.prom").read_text(encoding="utf-8")
    with answering(figures) as (target, heard), alertmanager(tmp_path, target) as address:
        configuration = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(tmp_path / "rules.yml")],
            "scrape_configs": [{"job_name": "model", "static_configs": [{"targets": [target]}]}],
            "alerting": {
                "alertmanagers": [{"static_configs": [{"targets": [address.removeprefix("http://")]}]}],
            },
        }
        (tmp_path / "prometheus.yml").write_text(json.dumps(configuration), encoding="utf-8")  # YAML, too
        [port] = free_ports(1)
        words = [f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}"]
        with program(tmp_path, port, "prometheus", *words):
            wait_until(lambda: bool(heard))
    assert {each["labels"]["alertname"] for each in heard} == {"Moved"}
    assert heard[0]["labels"]["column"] == "a"
