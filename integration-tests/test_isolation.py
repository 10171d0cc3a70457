"""A model's code reaches no network and writes no files but temporary ones, unless its ao.toml says so."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from little_models import MODELS, write_project
from stack import Stack, serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what it is done with is Linux's")

# connects to a port of this machine, writes a file at a path, and another in the worker's own folder
MODELS["python"]["harms"] = (
    "import os, socket\n"
    "    if options['port']: socket.create_connection(('127.0.0.1', int(options['port']))).close()\n"
    "    if options['file']: open(options['file'], 'w').close()\n"
    "    if options['own']: open(os.path.join(os.environ['TMPDIR'], options['own']), 'w').close()\n"
    "    return data['a']"
)
MODELS["r"]["harms"] = (
    "{ asked <- list(...)\n"
    "if (asked$port > 0) close(socketConnection('127.0.0.1', asked$port, timeout = 5))\n"
    "if (nzchar(asked$file)) close(file(asked$file, 'w'))\n"
    "if (nzchar(asked$own)) close(file(file.path(Sys.getenv('TMPDIR'), asked$own), 'w'))\n"
    "newdata$a }"
)
OPTIONS = """
port = { type = "integer", default = 0 }
file = { type = "string", default = "" }
own = { type = "string", default = "" }
"""


def ask(stack: Stack, **options: object) -> tuple[int, dict[str, Any]]:
    answer = stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}], "options": options})
    return answer.status_code, answer.json()


def refused(stack: Stack, remedy: str, **options: object) -> None:
    status, told = ask(stack, **options)
    assert (status, told["code"]) == (500, "MODEL_FAILED")
    assert remedy in told["remedy"]


def test_a_model_reaches_nobody_and_writes_where_its_project_says(
    tmp_path: Path, language: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").mkdir()
    project = write_project(tmp_path / "m", language, "harms", options=OPTIONS, writable=tmp_path / "kept")
    contract = (project / "ao.toml").read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as server, serving(project) as stack:
        isolation = stack.client.get("/model").json()["isolation"]
        assert isolation["network"] in {"namespace", "filter"}
        assert isolation["files"] == "scratch"

        server.settimeout(0)
        refused(stack, "`network = true` lets it use the network", port=server.getsockname()[1])
        with pytest.raises(BlockingIOError):
            server.accept()

        for path in (project / "ao.toml", tmp_path / "new"):
            refused(stack, "lets it write there", file=str(path))
        assert (project / "ao.toml").read_bytes() == contract
        assert not (tmp_path / "new").exists()
        refused(stack, "lets it write there", own="../of-another-worker")

        assert ask(stack, file=str(tmp_path / "kept" / "note"), own="note")[0] == 200
        assert (tmp_path / "kept" / "note").exists()
    assert "it writes temporary files alone, and where ao.toml says" in capfd.readouterr().err


def test_a_model_that_asks_for_the_network_has_it(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "harms", options=OPTIONS, service="workers = 1\nnetwork = true")
    with socket.create_server(("127.0.0.1", 0)) as server, serving(project) as stack:
        assert stack.client.get("/model").json()["isolation"]["network"] == "allowed"
        assert ask(stack, port=server.getsockname()[1])[0] == 200
        server.accept()[0].close()


def test_a_wrong_word_for_isolation_is_refused(tmp_path: Path) -> None:
    project = write_project(tmp_path, "python", "sum")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "anops_model_service",
            "--project",
            str(project),
            "--port",
            "0",
            "--worker-isolation=no",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "`worker_isolation`" in done.stderr
