"""A project as `ao init` makes it is built, tested, pushed, pulled again and run."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import docker
import pytest
from building import PASSWORD, USER, Ended, add, ao, nothing_left, registry
from engine import reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine import Engine

COMMIT = ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")
TOOLS = {
    "python": ["python", "-c", "import ruff, pytest, coverage"],
    "r": ["Rscript", "-e", "library(covr); library(lintr); library(testthat)"],
}


@pytest.fixture(scope="module", params=["python", "r"])
def pushed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Build and push once for all tests: language, project, how it ended, and the registry."""
    language = str(request.param)
    name = f"ao-test-new-{language}"
    folder = tmp_path_factory.mktemp("new")
    with nothing_left(name), registry(tmp_path_factory.mktemp("registry")) as running:
        made = ao("init", name, "--lang", language, folder=folder)
        assert made.code == 0, made.stderr
        project = folder / name
        assert ao("run", "train", folder=project).code == 0
        add(project, "", "[image]", f'repository = "{running.host}/team/{name}"')
        for command in (["init", "-q"], ["add", "."], COMMIT):
            subprocess.run(["git", "-C", project, *command], check=True)
        ended = ao(
            *("build", "--push", "--json", "--tag", "latest"),
            folder=project,
            ANOPS_REGISTRY_USER=USER,
            ANOPS_REGISTRY_PASSWORD=PASSWORD,
        )
        yield language, project, ended, running


def test_every_check_passes_in_the_image(pushed: Any) -> None:
    _, _, ended, _ = pushed
    assert ended.code == 0, ended.stderr
    assert ended.told["checks"]["passed"]
    assert ended.told["checks"]["outcomes"] == dict.fromkeys(["lint", "tests", "coverage", "predictions"], "passed")


def test_version_revision_and_the_wanted_tag_name_it(pushed: Any) -> None:
    _, project, ended, running = pushed
    revision = subprocess.run(
        ["git", "-C", project, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    tags = ["0.1.0", revision, "latest"]
    assert ended.told["names"] == [
        *(f"{project.name}:{tag}" for tag in tags),
        *(f"{running.host}/team/{project.name}:{tag}" for tag in tags),
    ]
    assert [one["name"] for one in ended.told["pushed"]] == ended.told["names"][3:]
    client = docker.from_env()
    image = client.images.get(ended.told["image"])
    client.close()
    assert sorted(image.tags) == sorted(ended.told["names"])
    assert image.labels["org.opencontainers.image.version"] == "0.1.0"
    assert image.labels["org.opencontainers.image.revision"] == revision
    assert image.labels["org.opencontainers.image.licenses"] == ""


def test_no_tool_of_the_checks_is_in_it(pushed: Any, engine: Engine) -> None:
    language, _, ended, _ = pushed
    code, _ = engine.output(ended.told["image"], *TOOLS[language])
    assert code != 0


def test_pulled_by_its_digest_it_predicts(pushed: Any, engine: Engine) -> None:
    _, project, ended, running = pushed
    repository = f"{running.host}/team/{project.name}"
    client = docker.from_env()
    for name in ended.told["names"]:
        client.images.remove(name, noprune=True)
    pulled = client.images.pull(
        repository, tag=ended.told["digest"], auth_config={"username": USER, "password": PASSWORD}
    )
    client.close()
    assert pulled.id == ended.told["image"]
    rows, predictions = reference_of(project)
    stack = engine.stack(f"{repository}@{ended.told['digest']}")
    for answer, expected in zip(stack.predict(rows), predictions, strict=True):
        assert answer == pytest.approx(expected)


def test_what_it_says_to_run_runs(pushed: Any) -> None:
    ended: Ended = pushed[2]
    assert ended.told["run"].startswith("docker run --rm --read-only --tmpfs /tmp --publish 127.0.0.1:9000:9000 ")
