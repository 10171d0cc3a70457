from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typer.testing import Result


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder that everyone may enter, with a path short enough for a socket."""
    with TemporaryDirectory(prefix="ao-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


AS_NOBODY = """
import os, sys
from anops_control.building.engine import connect
from anops_control.surroundings import Surroundings, surrounded
from ao.failures import guard
if os.geteuid() == 0:  # root may use everything
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with surrounded(Surroundings.of(os.environ)):
    sys.exit(guard(connect))
"""


def test_without_an_engine_it_says_where_it_looked(ao: Callable[..., Result], python_project: Path) -> None:
    nowhere = f"unix://{python_project}/none.sock"
    result = ao("build", folder=python_project, env={"DOCKER_HOST": nowhere})
    assert result.exit_code == 10
    assert result.stderr.splitlines() == [
        "✖ No Docker engine answers.",
        f"• DOCKER_HOST is {nowhere}.",
        "• No such file or directory.",
        "→ Start it, or unset DOCKER_HOST to use the engine of this machine.",
    ]


@pytest.mark.parametrize("place", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_docker_host_that_can_be_no_engine_is_named(
    ao: Callable[..., Result], python_project: Path, place: str
) -> None:
    result = ao("build", folder=python_project, env={"DOCKER_HOST": place})
    assert result.exit_code == 10
    assert f"• DOCKER_HOST is {place}." in result.stderr


def test_an_engine_that_may_not_be_used_is_told_from_none(short_folder: Path) -> None:
    place = short_folder / "docker.sock"
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(place))
        engine.listen()
        place.chmod(0)
        ended = subprocess.run(
            [sys.executable, "-c", AS_NOBODY],
            env={"DOCKER_HOST": f"unix://{place}"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 11, ended.stderr
    assert ended.stderr.splitlines() == [
        "✖ A Docker engine runs here, but you don't have permission to use it.",
        f"• It listens on unix://{place}.",
        "→ Join its group with `sudo usermod --append --groups docker $USER`, and log in again.",
    ]


def test_a_push_without_a_repository_is_refused_before_anything_is_built(
    ao: Callable[..., Result], python_project: Path
) -> None:
    result = ao("build", "--push", folder=python_project, env={"DOCKER_HOST": "tcp://127.0.0.1:1"})
    assert result.exit_code == 3
    assert result.stderr.startswith("✖ There is no registry to push to.")


def test_half_of_the_credentials_is_refused_before_anything_is_built(
    ao: Callable[..., Result], python_project: Path
) -> None:
    env = {"DOCKER_HOST": "tcp://127.0.0.1:1", "ANOPS_REGISTRY_USER": "anna", "ANOPS_REGISTRY_PASSWORD": ""}
    result = ao("build", "--push", folder=python_project, env=env)
    assert result.exit_code == 2
    assert result.stderr.startswith("✖ ANOPS_REGISTRY_USER is set, but ANOPS_REGISTRY_PASSWORD is not.")


def test_a_malformed_tag_is_refused_before_anything_is_built(ao: Callable[..., Result], python_project: Path) -> None:
    result = ao("build", "--tag", "my tag", folder=python_project, env={"DOCKER_HOST": "tcp://127.0.0.1:1"})
    assert result.exit_code == 2
    assert "→ Use for example `--tag my-tag`." in result.stderr
