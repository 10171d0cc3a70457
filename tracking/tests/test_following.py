"""A service follows an alias: what it points to is what answers, and no request fails meanwhile."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Asked


@pytest.mark.parametrize("language", ["r", "python"])
def test_a_moved_alias_is_taken_over(language: str, project: Callable[[str], Asked]) -> None:
    asked = project(language)
    asked("model register", alias="champion")
    command = [sys.executable, "-m", "ao", "serve", f"models:/{asked.name}@champion", "--port", "0", "--json"]
    rows = (asked.folder / "tests/example.csv").read_bytes()
    statuses = []
    # the version says nothing of a log; the folder in which it is served does
    written = (asked.folder / "ao.toml").read_text()
    (asked.folder / "ao.toml").write_text(written.replace("[service]", '[service]\nlog_predictions = "ids"'))
    with subprocess.Popen(command, cwd=asked.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as service:
        try:
            assert service.stdout is not None
            ready = json.loads(service.stdout.readline())
            with (
                httpx.Client(base_url=ready["url"], trust_env=False, timeout=60) as client,
                ThreadPoolExecutor() as pool,
            ):
                asking = True

                def ask() -> None:
                    while asking:
                        answer = client.post("/predict", content=rows, headers={"Content-Type": "text/csv"})
                        statuses.append((answer.status_code, str(answer.json().get("predictions"))))
                        time.sleep(0.02)

                asks = pool.submit(ask)
                asked.version("0.2.0")
                asked("model register", alias="champion")
                told = json.loads(service.stdout.readline())
                assert (told["event"], told["model"]["version"], told["model"]["registered"]) == (
                    "reloaded",
                    "0.2.0",
                    2,
                )
                assert client.get("/model").json()["version"] == "0.2.0"
                asking = False
                asks.result()
        finally:
            service.terminate()
            service.wait(90)
    assert len(statuses) > 20
    assert {status for status, _ in statuses} == {200}
    assert len({text for _, text in statuses}) == 1
    with closing(sqlite3.connect(asked.folder / ".anops/predictions.db")) as log:
        tables = [name for (name,) in log.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert tables
