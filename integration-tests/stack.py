"""Both services as the processes they are in production."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Service:
    """A service as a process."""

    process: subprocess.Popen[str]
    port: int

    def workers(self) -> list[psutil.Process]:
        """Return the model-service's workers."""
        return self._children("anops-worker")

    def fork_servers(self) -> list[psutil.Process]:
        """Return the processes that load the model for the workers."""
        return self._children("anops-forksrv")

    def children(self) -> list[psutil.Process]:
        """Return all processes that the model-service started or took over."""
        return psutil.Process(self.process.pid).children()

    def _children(self, name: str) -> list[psutil.Process]:
        found = []
        for child in self.children():
            with suppress(psutil.NoSuchProcess):
                if child.name() == name and child.status() != psutil.STATUS_ZOMBIE:
                    found.append(child)
        return found


@dataclass(frozen=True)
class Stack:
    """Both services, and a client of the REST side."""

    model: Service
    api: Service
    client: httpx.Client


@contextmanager
def running(module: str, *arguments: str, environment: dict[str, str] | None = None) -> Iterator[Service]:
    """Run a service until the block ends; it must then stop cleanly by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | (environment or {}),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"{module} ended with {process.wait()} before it was ready"
        event = json.loads(line)
        assert event["event"] == "listening", event
        yield Service(process, event["port"])
    finally:
        process.terminate()
        try:
            process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def serving(project: Path, *arguments: str, api_arguments: Sequence[str] = ()) -> Iterator[Stack]:
    """Serve a project over REST until the block ends."""
    with (
        running("anops_model_service", "--project", str(project), "--port", "0", *arguments) as model,
        running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model.port}", *api_arguments) as api,
        httpx.Client(base_url=f"http://127.0.0.1:{api.port}", timeout=60) as client,
    ):
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        yield Stack(model, api, client)


def wait_until(condition: Callable[[], bool], *, seconds: float = 90) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
