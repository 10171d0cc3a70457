from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

STARTED = """
import sys
from pathlib import Path
from anops_control_service.server import serve
from anops_control_service.settings import Settings
serve(Settings(Path(sys.argv[1]), max_upload_bytes=1 << 22), 0, lambda url: print(url, flush=True))
"""


class Server(NamedTuple):
    """A service that runs."""

    client: httpx.Client
    root: Path
    process: int


@contextmanager
def serving(root: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """Run the service in a process of its own, and ask it with the token."""
    process = subprocess.Popen([sys.executable, "-c", STARTED, str(root)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        token = (root / ".anops-control/token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=url, headers=headers, timeout=90, trust_env=False) as client:
            end = time.monotonic() + 90
            while time.monotonic() < end:
                try:
                    client.get("/health")
                    break
                except httpx.ConnectError:
                    time.sleep(0.05)
            yield client, process
    finally:
        process.terminate()
        process.wait(90)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def served() -> Callable[[Path], AbstractContextManager[tuple[httpx.Client, subprocess.Popen[str]]]]:
    return serving


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    with serving(tmp_path / "root") as (asked, _):
        yield asked


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service for all tests of a file."""
    root = tmp_path_factory.mktemp("root")
    with serving(root) as (asked, process):
        yield Server(asked, root, process.pid)


@pytest.fixture
def shared(server: Server) -> tuple[httpx.Client, Path]:
    """The service of the file, and its folder of projects."""
    return server.client, server.root


@pytest.fixture
def done() -> Callable[..., dict[str, object]]:
    """Ask for a job, wait for its end, and see that it was done."""

    def ask(client: httpx.Client, path: str, **request: object) -> dict[str, object]:
        job = client.post(path, json=request, params={"wait": 60}).json()
        while job["state"] in {"queued", "running"}:
            job = client.get(job["links"]["self"], params={"wait": 60}).json()
        assert job["state"] == "done", job
        return job["result"]

    return ask
