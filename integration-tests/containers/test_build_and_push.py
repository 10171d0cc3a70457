"""A project as `ao init` makes it is built, tested, pushed, pulled again and run."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import docker
import pytest
from building import Ended, add, ao, nothing_left
from engine import reference_of
from registries import PASSWORD, USER, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine import Engine

COMMIT = ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")
TOOLS = {
    "python": ["python", "-c", "import ruff, pytest, coverage"],
    "r": ["Rscript", "-e", "library(covr); library(lintr); library(testthat)"],
}


def key_of(folder: Path, name: str = "mine") -> Path:
    """Return a key for signatures, made with openssl as anybody has it; its public half is beside it."""
    key = folder / f"{name}.key"
    if not key.exists():
        for command in (
            ["genpkey", "-algorithm", "ed25519", "-out", key],
            ["pkey", "-in", key, "-pubout", "-out", key.with_suffix(".pub")],
        ):
            subprocess.run(["openssl", *command], check=True, capture_output=True)
    return key


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
            *("build", "--push", "--sign", "--json", "--tag", "latest"),
            folder=project,
            ANOPS_SIGNING_KEY=str(key_of(folder)),
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


def test_its_bill_has_what_is_installed_in_it(pushed: Any) -> None:
    language, project, ended, _ = pushed
    kept = project / ended.told["sbom"]
    names = {part.get("purl", "").partition("@")[0] for part in json.loads(kept.read_text())["components"]}
    assert {"pkg:deb/debian/libc6", "pkg:pypi/anops-worker"} <= names
    # what the project itself asked for, and with it its versions
    assert ("pkg:pypi/pandas" if language == "python" else "pkg:deb/debian/r-base-core") in names

    told = ao("sbom", "--output", "mine.json", folder=project)
    assert told.code == 0, told.stderr
    written = json.loads((project / "mine.json").read_text())
    assert written["components"] == json.loads(kept.read_text())["components"]


def test_everybody_can_tell_whose_it_is(pushed: Any) -> None:
    _, project, ended, running = pushed
    credentials = {"ANOPS_REGISTRY_USER": USER, "ANOPS_REGISTRY_PASSWORD": PASSWORD}
    mine, other = key_of(project.parent).with_suffix(".pub"), key_of(project.parent, "other").with_suffix(".pub")
    name = f"{running.host}/team/{project.name}:0.1.0"
    told = ao("verify", name, "--key", str(mine), "--json", folder=project, **credentials)
    assert told.code == 0, told.stderr
    assert told.told["digest"] == ended.told["digest"]
    assert told.told["model_digest"] == ended.told["model_digest"]
    assert told.told["sbom"] is True
    dependencies = told.told["provenance"]["buildDefinition"]["resolvedDependencies"]
    assert dependencies[0]["name"] == "model"
    assert dependencies[-1]["name"] == "base"
    assert ao("verify", "--key", str(mine), folder=project).code == 0

    refused = ao("verify", name, "--key", str(other), folder=project, **credentials)
    assert refused.code == 1
    assert refused.message[0] == f"✖ `{name}` is not signed by anybody you trust."
    unsigned = ao("verify", "anops/api-service:0.1", "--key", str(mine), folder=project)
    assert (unsigned.code, unsigned.message[0]) == (1, "✖ `anops/api-service:0.1` is not signed.")


def test_another_image_under_the_name_of_a_signed_one_is_not_signed(pushed: Any) -> None:
    _, project, ended, running = pushed
    mine = key_of(project.parent).with_suffix(".pub")
    name = f"{running.host}/team/{project.name}:0.1.0"
    client = docker.from_env()
    try:
        client.login(USER, PASSWORD, registry=running.host)
        client.images.get("anops/api-service:0.1").tag(f"{running.host}/team/{project.name}", "0.1.0")
        client.images.push(f"{running.host}/team/{project.name}", tag="0.1.0")
        credentials = {"ANOPS_REGISTRY_USER": USER, "ANOPS_REGISTRY_PASSWORD": PASSWORD}
        told = ao("verify", name, "--key", str(mine), folder=project, **credentials)
        assert (told.code, told.message[0]) == (1, f"✖ `{name}` is not signed.")
    finally:
        client.images.get(ended.told["image"]).tag(f"{running.host}/team/{project.name}", "0.1.0")
        client.images.push(f"{running.host}/team/{project.name}", tag="0.1.0")
        client.close()


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
