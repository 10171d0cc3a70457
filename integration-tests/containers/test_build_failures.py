"""What can go wrong in `ao build` is said in words of its own, with an exit code of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from building import add, ao, nothing_left, write_line_project
from registries import USER, registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "ao-test-line"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Iterator[Path]:
    with nothing_left(NAME):
        yield write_line_project(tmp_path / "line", root / "examples/iris-species/Dockerfile")


def test_a_project_without_a_dockerfile(project: Path) -> None:
    (project / "Dockerfile").unlink()
    ended = ao("build", folder=project)
    assert ended.code == 14, ended.stderr
    assert ended.message[0] == "✖ The project has no Dockerfile."


def test_a_dockerfile_with_a_line_that_docker_does_not_know(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM anops/model-service-python:0.1\nRUNN true\n")
    ended = ao("build", folder=project)
    assert ended.code == 14, ended.stderr
    assert ended.message[0] == "✖ The Dockerfile can't be used."
    assert "unknown instruction: RUNN" in ended.stderr
    assert ended.message[-1] == "→ Fix that line of the Dockerfile."


def test_a_step_that_fails_is_told_with_its_last_lines(project: Path) -> None:
    add(project, "RUN echo said before; false", file="Dockerfile")
    ended = ao("build", folder=project)
    assert ended.code == 14, ended.stderr
    assert ended.message[0] == "✖ The image can't be built: a step of the Dockerfile failed."
    assert "RUN echo said before; false" in ended.message[1]
    assert ended.message[2] == "• said before"


def test_a_file_that_is_not_there_to_be_copied(project: Path) -> None:
    add(project, "COPY none.txt /", file="Dockerfile")
    ended = ao("build", folder=project)
    assert ended.code == 14, ended.stderr
    assert ended.message[-1].startswith("→ Fix the path in the Dockerfile")


def test_a_base_image_whose_registry_cant_be_reached(project: Path) -> None:
    add(project, "[image]", 'base = "127.0.0.1:1/team/base:1"')
    ended = ao("build", folder=project)
    assert ended.code == 13, ended.stderr
    assert ended.message[0] == (
        "✖ The base image `127.0.0.1:1/team/base:1` is not on this machine, and its registry can't be reached."
    )


def test_a_base_image_of_ours_that_was_not_made(project: Path) -> None:
    add(project, "[image]", 'base = "anops/none:0.1"')
    ended = ao("build", folder=project)
    assert ended.code == 13, ended.stderr
    assert "`make images`" in ended.message[-1]


def test_a_python_package_that_is_nowhere(project: Path) -> None:
    add(project, "anops-has-no-such-package==1.0", file="requirements.txt")
    ended = ao("build", folder=project)
    assert ended.code == 15, ended.stderr
    assert ended.message[0] == (
        "✖ The Python package `anops-has-no-such-package==1.0` can't be installed: "
        "the package registry has no package of that name."
    )
    assert "Step" in ended.message[1]


def test_a_version_of_a_python_package_that_there_is_not(project: Path) -> None:
    add(project, "tomli-w==99", file="requirements.txt")
    ended = ao("build", folder=project)
    assert ended.code == 15, ended.stderr
    assert "`tomli-w==99` can't be installed: there is no such version" in ended.message[0]


def test_a_debian_package_that_is_nowhere(project: Path) -> None:
    add(project, "[image]", 'debian_packages = ["anops-has-no-such-package"]')
    ended = ao("build", folder=project)
    assert ended.code == 15, ended.stderr
    assert ended.message[0] == "✖ Debian's archive has no package `anops-has-no-such-package`."
    assert ended.message[-1] == "→ Fix the name in `[image] debian_packages` of ao.toml."


def test_an_r_package_that_is_not_in_the_archive(project: Path, root: Path) -> None:
    dockerfile = (root / "examples/mtcars-mpg/Dockerfile").read_text(encoding="utf-8")
    (project / "Dockerfile").write_text(dockerfile)
    (project / "DESCRIPTION").write_text("Package: line\nImports: noSuchPackage\n")
    ended = ao("build", folder=project)
    assert ended.code == 16, ended.stderr
    assert ended.message[0] == "✖ Can't install R package `noSuchPackage`: Debian's archive does not have it."
    assert ended.message[-1].startswith("→ ")


def test_a_platform_that_cant_run_here(project: Path) -> None:
    ended = ao("build", "--platform", "windows/amd64", folder=project)
    assert ended.code == 2, ended.stderr
    assert "can't be built for windows/amd64 here: this engine is linux/" in ended.message[0]
    assert ended.message[0].endswith("and the engine runs linux programs only.")


def test_what_is_no_platform(project: Path) -> None:
    ended = ao("build", "--platform", "my laptop", folder=project)
    assert ended.code == 2, ended.stderr
    assert 'such as linux/amd64 or linux/arm64, not "my laptop"' in ended.message[0]


def test_a_registry_that_cant_be_reached(project: Path) -> None:
    add(project, "[image]", f'repository = "127.0.0.1:1/{NAME}"')
    ended = ao("build", "--push", "--no-test", folder=project)
    assert ended.code == 17, ended.stderr
    assert ended.message[0] == (
        f"✖ The registry 127.0.0.1:1 can't be reached: `127.0.0.1:1/{NAME}:1.2.0` is not pushed."
    )
    assert "• Nothing was pushed." in ended.message


def test_a_registry_that_wants_credentials_where_there_are_none(project: Path, tmp_path: Path) -> None:
    with registry(tmp_path) as running:
        add(project, "[image]", f'repository = "{running.host}/{NAME}"')
        ended = ao("build", "--push", "--no-test", folder=project)
    assert ended.code == 17, ended.stderr
    assert ended.message[0].startswith(f"✖ The registry {running.host} refuses the credentials: ")
    assert ended.message[-1].startswith(f"→ Log in with `docker login {running.host}` as someone who may push there")


def test_a_registry_that_refuses_the_credentials_of_the_environment(project: Path, tmp_path: Path) -> None:
    with registry(tmp_path) as running:
        add(project, "[image]", f'repository = "{running.host}/{NAME}"')
        wrong = {"ANOPS_REGISTRY_USER": USER, "ANOPS_REGISTRY_PASSWORD": "wrong"}
        ended = ao("build", "--push", "--no-test", folder=project, **wrong)
    assert ended.code == 17, ended.stderr
    assert ended.message[0].startswith(
        f"✖ The registry {running.host} refuses the credentials of ANOPS_REGISTRY_USER: "
    )
    # a login would not help: those of the environment go before it
    assert ended.message[-1] == (
        "→ Fix ANOPS_REGISTRY_USER and ANOPS_REGISTRY_PASSWORD, or unset both to use those of "
        f"`docker login {running.host}`."
    )
