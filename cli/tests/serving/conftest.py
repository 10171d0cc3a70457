"""`ao serve` as a person runs it: a process of its own, on any free port, with the real services."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AO = [sys.executable, "-P", "-m", "ao"]
WAIT_SECONDS = 120
COLUMNS = ["sepal length (cm)", "petal width (cm)"]
PETALS = """\
[project]
name = "petals"
language = "python"
[model]
artifact = "model.joblib"
row_independent = true
[model.inputs]
"sepal length (cm)" = "number"
"petal width (cm)" = "number"
[model.outputs]
prediction = "number"
"""


class Served:
    """A running `ao serve --json`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.log: list[str] = []
        self.events: list[dict[str, Any]] = []
        self._readers = [
            threading.Thread(target=self._read, args=(process.stdout, self._take)),
            threading.Thread(target=self._read, args=(process.stderr, self.log.append)),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def url(self) -> str:
        return str(self.events[0]["url"])

    def wait_for(self, event: str, *, count: int = 1) -> dict[str, Any]:
        """Wait until an event was told `count` times, and return the last."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            found = [each for each in self.events if each["event"] == event]
            if len(found) >= count:
                return found[-1]
            assert self.process.poll() is None, "".join(self.log)
            assert time.monotonic() < end, "".join(self.log)
            time.sleep(0.05)

    def wait_for_line(self, start: str, part: str) -> None:
        """Wait until the log has a line: the services write theirs beside their answers."""
        end = time.monotonic() + WAIT_SECONDS
        while not any(line.startswith(start) and part in line for line in self.log):
            assert time.monotonic() < end, "".join(self.log)
            time.sleep(0.05)

    def wait(self) -> int:
        code = self.process.wait(WAIT_SECONDS)
        for reader in self._readers:
            reader.join(60)
        return code

    def children(self) -> dict[int, str]:
        """The processes below, however deep, by id, with their command lines."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        found: dict[int, str] = {}
        parents = {self.process.pid}
        while parents:
            below = {int(pid): args for pid, parent, args in rows if int(parent) in parents}
            found |= below
            parents = set(below)
        return found

    def _take(self, line: str) -> None:
        self.events.append(json.loads(line))

    @staticmethod
    def _read(stream: Any, take: Callable[[str], None]) -> None:
        for line in stream:
            take(line)
        stream.close()


@contextmanager
def run_serve(folder: Path, *flags: str) -> Iterator[Served]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ANOPS_")}
    process = subprocess.Popen(
        [*AO, "serve", "--json", "--workers", "1", *(flags or ("--port", "0"))],
        cwd=folder,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    served = Served(process)
    try:
        yield served
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        served.wait()


@pytest.fixture
def serve() -> Callable[..., Any]:
    """Run `ao serve --json` in a folder: `with serve(folder) as served`."""
    return run_serve


@pytest.fixture(scope="session")
def served_petals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A model of scikit-learn in service, for all tests that only ask it something."""
    folder = tmp_path_factory.mktemp("petals")
    data = load_iris(as_frame=True).data
    joblib.dump(LinearRegression().fit(data[COLUMNS], data["petal length (cm)"]), folder / "model.joblib")
    (folder / "ao.toml").write_text(PETALS, encoding="utf-8")
    with run_serve(folder, "--port", "0", "--no-reload") as served:
        served.wait_for("ready")
        yield served
