"""Credentials for a registry are found where `docker login` puts them: in its configuration, or with a helper."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

import pytest
from building import add, ao, nothing_left, write_line_project
from registries import PASSWORD, USER, Registry, registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "ao-test-credentials"
HELPER = """#!/bin/sh
[ "$1" = get ] || exit 1
read -r server
[ "$server" = "{host}" ] || { echo "credentials not found in native keychain"; exit 1; }
printf '{"ServerURL": "%s", "Username": "{user}", "Secret": "{password}"}' "$server"
"""


def in_the_file(host: str) -> dict[str, object]:
    return {"auths": {host: {"auth": base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}}}


def of_a_helper_for_the_registry(host: str) -> dict[str, object]:
    return {"credHelpers": {host: "ao-test"}}


def of_a_helper_for_all(host: str) -> dict[str, object]:
    return {"auths": {host: {}}, "credsStore": "ao-test"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with registry(tmp_path_factory.mktemp("registry")) as started:
        yield started


@pytest.fixture
def project(tmp_path: Path, root: Path, running: Registry) -> Iterator[Path]:
    with nothing_left(NAME):
        folder = write_line_project(tmp_path / "line", root / "examples/iris-species/Dockerfile", name=NAME)
        add(folder, "[image]", f'repository = "{running.host}/team/{NAME}"')
        yield folder


def write_configuration(folder: Path, settings: dict[str, object], host: str) -> dict[str, str]:
    """Write what `docker login` writes, and a helper that knows the password; return the environment for both."""
    (folder / "docker").mkdir()
    (folder / "docker/config.json").write_text(json.dumps(settings))
    helper = folder / "docker/docker-credential-ao-test"
    text = HELPER.replace("{host}", host).replace("{user}", USER).replace("{password}", PASSWORD)
    helper.write_text(text)
    helper.chmod(0o755)
    return {"DOCKER_CONFIG": str(folder / "docker"), "PATH": f"{folder / 'docker'}:{os.environ['PATH']}"}


@pytest.mark.parametrize("settings", [in_the_file, of_a_helper_for_the_registry, of_a_helper_for_all])
def test_what_docker_login_has_written_is_used(
    project: Path, running: Registry, tmp_path: Path, settings: Callable[[str], dict[str, object]]
) -> None:
    environment = write_configuration(tmp_path, settings(running.host), running.host)
    ended = ao("build", "--push", "--no-test", "--json", folder=project, **environment)
    assert ended.code == 0, ended.stderr
    assert ended.told["digest"].startswith("sha256:")
    assert PASSWORD not in ended.stdout + ended.stderr


def test_a_helper_that_is_not_installed_is_named(project: Path, running: Registry, tmp_path: Path) -> None:
    environment = write_configuration(tmp_path, {"credHelpers": {running.host: "nowhere"}}, running.host)
    ended = ao("build", "--push", "--no-test", folder=project, **environment)
    assert ended.code == 17, ended.stderr
    assert "docker-credential-nowhere" in ended.stderr
    assert "was lost" not in ended.stderr
