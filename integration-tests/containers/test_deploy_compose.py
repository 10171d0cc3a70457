"""An environment of containers: brought up, replaced and taken back under load with no request lost, and ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import docker
import httpx
import pytest
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.verbs.registry import verb
from fire import tell, under_load
from little_models import write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine import Engine

SERVER = """
[deployment.server]
provider = "compose"
model = "sum@champion"
image = "{image}"
api_image = "anops/api-service:0.1"
port = 0
workers = 1
drain_seconds = 5.0
"""
PROJECT = {"label": "com.docker.compose.project=anops-sum-server"}


class Project:
    """A project whose verbs are asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ao(self, name: str, **told: Any) -> dict[str, Any]:
        known = verb(name)
        return dict(known.run(known.request(folder=self.folder, **told), Events()).to_dict())

    def version(self, number: str, image: str) -> None:
        """Register another version, whose image is another."""
        toml = (self.folder / "ao.toml").read_text(encoding="utf-8").partition("\n[deployment")[0]
        toml = "\n".join(f'version = "{number}"' if line.startswith("version") else line for line in toml.splitlines())
        (self.folder / "ao.toml").write_text(f"{toml}\n{SERVER.format(image=image)}", encoding="utf-8")
        self.ao("model register", alias="champion")


def left() -> list[str]:
    client = docker.from_env()
    there = (
        *client.containers.list(all=True, filters=PROJECT, ignore_removed=True),
        *client.networks.list(filters=PROJECT),
    )
    return [each.name for each in there]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project; what is left of its environment is taken down."""
    made = Project(tmp_path / "project")
    yield made
    if (made.folder / ".anops/deployments/server").is_dir():
        made.ao("deploy down", environment="server")


@pytest.mark.parametrize("language", ["r", pytest.param("python", marks=pytest.mark.long)])
def test_no_request_is_lost_from_one_version_to_the_next_and_back(
    engine: Engine, project: Project, language: str
) -> None:
    write_project(project.folder, language, "sum", row_independent=True)
    project.version("1.0.0", "anops-test/none:1")
    with pytest.raises(CommandError, match="The Docker engine has no image `anops-test/none:1`"):
        project.ao("deploy apply", environment="server")
    assert not left()
    image = engine.project_image(project.folder, language)
    project.version("1.0.0", image)
    url = project.ao("deploy apply", environment="server")["connection"]["url"]
    # a connection for each request: one that is kept may close under a request, and no server can help that
    with under_load(url, per_second=10, connections=0) as load:
        enough(load, 20)
        project.version("1.1.0", image)
        changed = project.ao("deploy apply", environment="server")
        assert (changed["action"], changed["connection"]["url"]) == ("change", url)
        enough(load, 20)
        if language == "python":  # the way back is the way forth, with another version
            project.ao("deploy rollback", environment="server")
            enough(load, 20)
    assert (load.lost, load.wrong, set(load.statuses)) == ({}, [], {200}), load.told()
    (told,) = project.ao("deploy status", environment="server")["environments"]
    assert told["drift"] == []
    (api,) = [each for each in left() if "_api-" in each or "-api-" in each]
    docker.from_env().containers.get(api).stop()  # by hand
    (told,) = project.ao("deploy status", environment="server")["environments"]
    assert told["state"] == "drifted"
    assert "is exited" in told["drift"][0]
    project.ao("deploy down", environment="server")
    assert left() == []


@pytest.mark.long
def test_no_request_is_lost_as_copies_come_and_go(engine: Engine, project: Project, language: str) -> None:
    write_project(project.folder, language, "sum", row_independent=True)
    project.version("1.0.0", engine.project_image(project.folder, language))
    url = project.ao("deploy apply", environment="server")["connection"]["url"]
    toml = project.folder / "ao.toml"
    alone = toml.read_text(encoding="utf-8")
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:  # it has said much since it began
        assert {client.get("/model").status_code for _ in range(1100)} == {200}
    with under_load(url, per_second=20, connections=0) as load:
        for copies in (3, 2, 1):
            enough(load, 20)
            toml.write_text(f"{alone}replicas = {copies}\n", encoding="utf-8")
            project.ao("deploy apply", environment="server")
            (told,) = project.ao("deploy status", environment="server")["environments"]
            assert (len(told["replicas"]), told["drift"]) == (copies, [])
        enough(load, 20)
    tell(f"copies in containers {language}: {load.told()}")
    assert (load.lost, load.wrong, set(load.statuses)) == ({}, [], {200})


def enough(load: Any, count: int) -> None:
    """Wait until so many more have been answered."""
    wanted = len(load.seconds) + count
    while len(load.seconds) < wanted and not load.lost:
        time.sleep(0.02)
