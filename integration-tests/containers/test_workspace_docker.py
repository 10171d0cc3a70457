"""A workspace of containers: brought up, used in both languages, and nothing left of it, whatever happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import docker
import pytest
from docker.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOML = """
[experiments.odds]
function = "odds.py:half"
parameters.n = [1, 2, 3]

[experiments.drawn]
function = "drawn.R:draw"
parameters.mean = [0, 10]
"""
IMAGE = """
FROM anops/control-service:0.1
USER root
RUN uv pip install --quiet --no-cache --python /opt/anops/bin/python 'distributed>=2025.1' 'psutil>=6'
COPY anops_experiments /opt/anops/source/anops_experiments
USER 10001:10001
ENTRYPOINT []
HEALTHCHECK NONE
"""
Ao = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> str:
    """An image with Dask, R and Python; its layers stay for the next time."""
    folder = tmp_path_factory.mktemp("image")
    (folder / "Dockerfile").write_text(IMAGE, encoding="utf-8")
    sources = pytestconfig.rootpath.parents[1] / "experiments/src/anops_experiments"
    subprocess.run(["cp", "-r", str(sources), str(folder)], check=True)
    try:
        built, _ = docker.from_env().images.build(path=str(folder), tag="anops-test/workspace:1", rm=True, forcerm=True)
    except BuildError as error:
        pytest.fail("".join(str(each.get("stream", each)) for each in error.build_log))
    return str(built.tags[0])


@pytest.fixture
def ao(tmp_path: Path, image: str) -> Iterator[Ao]:
    """Run `ao` in a project whose provider is Docker."""
    project = tmp_path / "project"
    (project / "providers").mkdir(parents=True)
    provider = f"kind: Provider\nprovider: docker\nspec: {{image: {image}, memory: 1 GB}}\n"
    for name, text in (
        ("ao.toml", TOML), ("odds.py", "def half(n):\n    return n / 2\n"),
        ("drawn.R", "draw <- function(mean) rnorm(1, mean)\n"), ("providers/box.yaml", provider),
    ):  # fmt: skip
        (project / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "ANOPS_HOME": str(tmp_path / "home")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ao", *words]
        return subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)

    yield run
    run("workspace", "down", "dev")


def left(tmp_path: Path) -> list[str]:
    """What the engine has of the workspaces of a home."""
    client = docker.from_env()
    filters = {"label": f"anops.dev/place={tmp_path / 'home/workspaces/dev'}"}
    containers = client.containers.list(all=True, filters=filters, ignore_removed=True)
    return [each.name for each in (*containers, *client.networks.list(filters=filters))]


def test_experiments_run_in_containers_and_nothing_is_left(ao: Ao, tmp_path: Path) -> None:
    up = ao("workspace", "up", "dev", "--provider", "box")
    assert "`dev` is up, with 1 worker." in up.stderr, up.stderr
    assert len(left(tmp_path)) == 3  # scheduler, worker, network
    for name, count in (("odds", 3), ("drawn", 2)):
        ran = ao("sim", "run", name, "--workspace", "dev")
        assert f"{count} runs of `{name}` are done" in ran.stderr, ran.stderr
        assert "Mismatched versions" not in ran.stderr  # tasks are plain data: other packages are no matter
    keeper = int((tmp_path / "home/workspaces/dev/keeper.lock").read_text(encoding="ascii"))
    os.kill(keeper, signal.SIGKILL)  # whoever would have removed the containers
    gone = ao("workspace", "status", "dev")
    assert "dev: gone" in gone.stdout
    down = ao("workspace", "down", "dev")
    assert "`dev` is down." in down.stderr, down.stderr
    assert left(tmp_path) == []


def test_an_image_that_is_not_there_is_told(ao: Ao, tmp_path: Path) -> None:
    provider = tmp_path / "project/providers/box.yaml"
    provider.write_text("kind: Provider\nprovider: docker\nspec: {image: 'anops-test/none:1'}\n", encoding="utf-8")
    refused = ao("workspace", "up", "dev", "--provider", "box")
    assert refused.returncode == 1
    assert "The Docker engine has no image `anops-test/none:1`." in refused.stderr
    assert not (tmp_path / "home/workspaces/dev").exists()
