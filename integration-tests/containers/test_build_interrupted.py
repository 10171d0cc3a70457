"""Ctrl-C, and a signal from a build server, leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import docker
import pytest
from building import add, nothing_left, write_line_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "ao-test-interrupted"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Iterator[Path]:
    with nothing_left(NAME):
        yield write_line_project(tmp_path / "line", root / "examples/iris-species/Dockerfile", name=NAME)


def interrupted_at(words: str, project: Path, number: int, *, after_seconds: float = 0) -> int:
    """Start a build, and send a signal when it has said these words."""
    command = [sys.executable, "-m", "ao", "build"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if words in line:
                time.sleep(after_seconds)
                process.send_signal(number)
                break
        said = process.stderr.read()
        assert "Traceback" not in said
        return process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_while_the_tests_run(project: Path, number: int) -> None:
    add(project, "", "", "def test_long():", "    import time; time.sleep(300)", file="tests/test_model.py")
    assert interrupted_at("Running the tests", project, number) == 130


def test_while_the_tools_are_installed(project: Path) -> None:
    assert interrupted_at("Making a temporary image", project, signal.SIGINT, after_seconds=2) == 130
    client = docker.from_env()
    built = client.images.get(f"{NAME}:untested").id
    assert built not in {image["ParentId"] for image in client.api.images(all=True)}
    client.close()


def test_while_a_step_runs(project: Path) -> None:
    add(project, "RUN sleep 300", file="Dockerfile")
    client = docker.from_env()
    before = {container["Id"] for container in client.api.containers(all=True)}
    assert interrupted_at("RUN sleep 300", project, signal.SIGINT) == 130
    # the engine ends the step once nobody listens, but not before we look; left alone it would go on for 300 s
    for _ in range(60):
        left = [one for one in client.api.containers(all=True) if one["Id"] not in before]
        if not [one for one in left if "sleep 300" in one["Command"]]:
            break
        time.sleep(0.5)
    else:
        pytest.fail("the step goes on")
    client.close()
