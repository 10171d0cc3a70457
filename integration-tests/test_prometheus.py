"""The files of the guide under a real Prometheus: it scrapes, the panels have data, and a real fault fires an alert."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from free_ports import free_ports
from little_models import write_project
from stack import Stack, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.long
FILES = Path(__file__).parents[1] / "docs/how-to/monitoring"
INPUTS = """
a = { type = "number", seen = [0, 10], missing = "allow" }
b = "number"
g = { type = "category", levels = ["low", "high"], novel = "low" }
"""
OUTPUTS = 'a = "number"\nb = "number"\ng = "category"'
GOOD = {"a": 1, "b": 2, "g": "low"}
ROWS = [GOOD, {**GOOD, "a": None}, {**GOOD, "a": 99}, {**GOOD, "g": "new"}]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """Take Prometheus from Debian where it is not there: only these tests need it."""
    if shutil.which("promtool") is None:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "prometheus"], check=True)


@pytest.fixture
def stack(tmp_path: Path, language: str) -> Iterator[Stack]:
    project = write_project(
        tmp_path / "project",
        language,
        "echo",
        inputs=INPUTS,
        outputs=OUTPUTS,
        service="workers = 2",
        row_independent=True,
    )
    with (project / "ao.toml").open("a", encoding="utf-8") as file:
        file.write('[metrics.low]\nsum = "b * (g == \'low\')"\nby = "g"\n')
    with serving(project) as stack:
        yield stack


@contextmanager
def prometheus(folder: Path, target: int) -> Iterator[httpx.Client]:
    [port] = free_ports(1)
    configuration = (FILES / "prometheus.yml").read_text(encoding="utf-8")
    configuration = configuration.replace("localhost:8080", f"127.0.0.1:{target}").replace("15s", "1s")
    (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
    (folder / "alerts.yml").write_bytes((FILES / "alerts.yml").read_bytes())
    words = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*words, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90) as client:
            yield client
    finally:
        process.terminate()
        process.wait(timeout=90)


def asked(client: httpx.Client, query: str) -> list[Any]:
    try:
        given = client.get("/api/v1/query", params={"query": query})
    except httpx.TransportError:
        return []  # it starts
    if given.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return []  # it listens before it has read what it kept
    answer = given.json()
    assert answer["status"] == "success", (query, answer)
    found: list[Any] = answer["data"]["result"]
    return found


def panels() -> Iterator[tuple[str, str]]:
    for name in ("grafana-technical.json", "grafana-business.json"):
        for panel in json.loads((FILES / name).read_text(encoding="utf-8"))["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$__rate_interval", "30s").replace("$model", ".*")
                yield f"{name}: {panel['title']}", query


def firing(client: httpx.Client) -> set[str]:
    alerts = client.get("/api/v1/alerts").json()["data"]["alerts"]
    return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


def test_every_panel_has_data_and_a_real_fault_fires(stack: Stack, tmp_path: Path) -> None:
    with prometheus(tmp_path, stack.api.port) as client:

        def has_data(query: str) -> bool:
            assert stack.client.post("/predict", json={"data": ROWS}).status_code == 200
            stack.client.post("/predict", json={"data": [{**GOOD, "b": "potato"}]})
            return bool(asked(client, query))

        wait_until(lambda: has_data("up == 1"), seconds=60)
        for title, query in panels():
            wait_until(lambda query=query: has_data(query), seconds=60)  # type: ignore[misc]
            assert asked(client, query), title
        [moved] = asked(client, "anops_column_outside_total")
        assert moved["metric"]["column"] == "a"
        assert "AnOpsWorkersRestarting" not in firing(client)
        for count in range(1, 4):
            os.kill(stack.model.workers()[0].pid, signal.SIGKILL)
            wait_until(lambda count=count: bool(asked(client, f"anops_workers_restarted_total >= {count}")), seconds=60)  # type: ignore[misc]
        wait_until(lambda: "AnOpsWorkersRestarting" in firing(client), seconds=60)


@pytest.mark.parametrize("words", [["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]])
def test_promtool_finds_the_files_right(words: list[str]) -> None:
    done = subprocess.run(["promtool", *words], cwd=FILES, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
