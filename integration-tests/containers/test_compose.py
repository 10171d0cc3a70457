"""`docker compose up`, a prediction, `down`: and nothing is left."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from engine import reference_of, wait_until
from free_ports import free_ports
from testcontainers.core.docker_client import DockerClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def compose() -> list[str]:
    """Return the command that this machine has: the plugin or the older program."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    assert shutil.which("docker-compose"), "install docker-compose: scripts/docker_engine.sh"
    return ["docker-compose"]


def free_port() -> str:
    return str(free_ports(1)[0])


def left_of(name: str) -> list[object]:
    client = DockerClient().client
    mine = {"label": f"com.docker.compose.project={name}"}
    return [
        *client.containers.list(all=True, filters=mine),
        *client.networks.list(filters=mine),
        *client.volumes.list(filters=mine),
    ]


@contextmanager
def up(folder: Path, *, only: str = "", **settings: str) -> Iterator[str]:
    """Bring a folder's services up, or one of them; nothing of them may be left in the end."""
    name = f"anops-test-{uuid.uuid4().hex[:8]}"
    command = [*compose(), "--project-name", name]
    environment = os.environ | settings
    try:
        done = subprocess.run(
            [*command, "up", "--build", "--detach", *([only] if only else [])],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield name
    except BaseException:
        subprocess.run([*command, "logs", "--no-color"], cwd=folder, env=environment, check=False)
        raise
    finally:
        subprocess.run(
            [*command, "down", "--volumes", "--rmi", "local"],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )
    assert left_of(name) == []


def predicts(port: str, project: Path) -> None:
    """Ask a service for a project's reference rows, as curl does."""
    rows, expected = reference_of(project)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{url}/health/ready", timeout=60).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(ready)
    said = subprocess.run(
        ["curl", "--silent", "--fail", f"{url}/predict", "-H", "content-type: application/json", "-d", "@-"],
        input=json.dumps({"data": rows}),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    received = [row["prediction"] for row in json.loads(said)["predictions"]]
    wanted = [row["prediction"] for row in expected]
    assert received == (pytest.approx(wanted, rel=1e-9) if isinstance(wanted[0], float) else wanted)


def test_a_projects_own_compose_file_serves_it(example: Path) -> None:
    port = free_port()
    with up(example, PORT=port):
        predicts(port, example)


def test_the_demo_serves_both_languages(root: Path) -> None:
    cars, iris = free_port(), free_port()
    with up(root, CARS_PORT=cars, IRIS_PORT=iris) as name:
        predicts(cars, root / "examples/mtcars-mpg")
        predicts(iris, root / "examples/iris-species")
        for container in DockerClient().client.containers.list(filters={"label": f"com.docker.compose.project={name}"}):
            published = [place for places in container.ports.values() for place in places or ()]
            assert {place["HostIp"] for place in published} <= {"127.0.0.1"}
