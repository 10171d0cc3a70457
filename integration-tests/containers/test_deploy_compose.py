"""An environment of containers: brought up, replaced and taken back under load with no request lost, and ended."""

from __future__ import annotations

import time
from collections import Counter
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
    from collections.abc import Callable, Iterator
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
    (told,) = project.ao("deploy status", environment="server")["environments"]
    assert [each["state"] for each in told["replicas"]] == ["answers"]  # the engine has not asked yet
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


CHALLENGED = """
[deployment.server]
provider = "compose"
model = "sum@champion"
challenger = "sum@challenger"
challenger_share = 0.5
least_outcomes = 30
image = "anops-test/sum:{version}"
api_image = "anops-test/slow-api:1"
port = 0
workers = 1
drain_seconds = 5.0
"""
SLOW = """
FROM anops/api-service:0.1
HEALTHCHECK --interval=1s CMD ["python", "-m", "anops_api_service.healthcheck"]
ENTRYPOINT ["sh", "-c", "sleep 12 && exec python -m anops_api_service"]
"""
"""It takes long to begin; until then the copy before is asked how it is, whose network it shares."""


@pytest.fixture
def slow_api(tmp_path: Path) -> Iterator[None]:
    """An image of an api-service that is slow to begin."""
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow/Dockerfile").write_text(SLOW, encoding="utf-8")
    client = docker.from_env()
    client.images.build(path=str(tmp_path / "slow"), tag="anops-test/slow-api:1", rm=True)
    yield
    client.images.remove("anops-test/slow-api:1", force=True)


@pytest.fixture
def tagged(engine: Engine) -> Iterator[Callable[[Path, str, str], None]]:
    """Builds the image of a version, under a name that is taken away in the end."""
    client, made = docker.from_env(), []

    def tag(folder: Path, language: str, version: str) -> None:
        client.images.get(engine.project_image(folder, language)).tag("anops-test/sum", version)
        made.append(f"anops-test/sum:{version}")

    yield tag
    for each in made:
        client.images.remove(each, noprune=True)


@pytest.mark.long
@pytest.mark.usefixtures("slow_api")
def test_a_challenger_in_containers_is_compared_and_takes_over(
    tagged: Callable[[Path, str, str], None], project: Project, language: str
) -> None:
    service = 'workers = 1\nlog_predictions = "values"'
    write_project(project.folder, language, "sum", row_independent=True, service=service)
    toml, code = project.folder / "ao.toml", project.folder / ("model.R" if language == "r" else "model.py")
    toml.write_text(toml.read_text(encoding="utf-8").replace("1.2.3", "1.0.0") + CHALLENGED, encoding="utf-8")
    tagged(project.folder, language, "1.0.0")
    project.ao("model register", alias="champion")
    url = project.ao("deploy apply", environment="server")["connection"]["url"]
    code.write_text(code.read_text(encoding="utf-8") + "# another fit\n", encoding="utf-8")
    toml.write_text(toml.read_text(encoding="utf-8").replace('"1.0.0"', '"1.1.0"'), encoding="utf-8")
    tagged(project.folder, language, "1.1.0")
    project.ao("model register", alias="challenger")
    with under_load(url, per_second=10, connections=0) as load:
        enough(load, 10)
        assert [each["key"] for each in project.ao("deploy apply", environment="server")["changes"]] == ["challenger"]
        by, outcomes = Counter[str](), []
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            for number in range(200):
                answer = client.post("/predict", json={"data": [{"a": number, "b": 1}]},
                                     headers={"AnOps-Unit": f"customer {number}"})  # fmt: skip
                version = answer.headers["anops-model-version"]
                by[version] += 1
                true = number + 1 if version == "1.1.0" else number + 11 + number % 2
                outcomes.append({"request_id": answer.headers["x-request-id"], "row": 1, "outcome": true})
            told = client.post("/outcomes", json={"outcomes": outcomes})
            assert told.status_code == 200, told.text
        assert min(by["1.0.0"], by["1.1.0"]) > 50
        found = project.ao("deploy compare", environment="server")
        assert (found["decision"], found["observations"]) == ("promote", 200), found
        assert project.ao("deploy compare", environment="server", apply=True)["applied"]
        enough(load, 10)
    assert (load.lost, load.wrong, set(load.statuses)) == ({}, [], {200}), load.told()
    (now,) = project.ao("deploy status", environment="server")["environments"]
    assert (now["model"]["version"], now["challenger"], now["drift"]) == ("1.1.0", None, [])
    assert httpx.get(f"{url}/model", trust_env=False, timeout=60).json()["version"] == "1.1.0"


def enough(load: Any, count: int) -> None:
    """Wait until so many more have been answered."""
    wanted = len(load.seconds) + count
    while len(load.seconds) < wanted and not load.lost:
        time.sleep(0.02)
