"""A change of code is built without installing again what the code needs."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from testcontainers.core.docker_client import DockerClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "ao-test-again"
COMPONENTS = {
    "api-service": "api-service/src/anops_api_service/routes/predict.py",
    "model-service-python": "model-service-python/src/anops_model_service/servicer.py",
    "model-service-r": "model-service-r/src/anops_model_service_r/r/anopsruntime/R/load.R",
}
PROJECTS = {"iris-species": "model.py", "mtcars-mpg": "model.R"}


@pytest.fixture(autouse=True)
def removed() -> Iterator[None]:
    yield
    images = DockerClient().client.images
    for image in images.list(filters={"label": f"org.anops.test={NAME}"}):
        images.remove(image.id, force=True, noprune=True)


def steps(folder: Path, *arguments: str) -> dict[str, bool]:
    """Build, and say of each step that runs a program whether its result was taken from the last build."""
    command = ["docker", "build", "--force-rm", "--label", f"org.anops.test={NAME}", *arguments, "."]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = built.stdout + built.stderr
    assert built.returncode == 0, said
    # the classic builder, then BuildKit without a terminal
    found = {
        match["step"]: "Using cache" in match["rest"]
        for match in re.finditer(r"^Step \S+ : RUN (?P<step>.*)\n(?P<rest> ---> .*)$", said, re.MULTILINE)
    }
    if not found:
        cached = set(re.findall(r"^#(\d+) CACHED", said, re.MULTILINE))
        found = {
            match["step"]: match["number"] in cached
            for match in re.finditer(r"^#(?P<number>\d+) \[.*?\] RUN (?P<step>.*)$", said, re.MULTILINE)
        }
    assert found, said
    return found


def another_line() -> str:
    """Return a comment that no build has seen: an engine keeps the layers of all builds of all test runs."""
    return f"\n# {uuid4()}\n"


def repeated(before: dict[str, bool], after: dict[str, bool]) -> list[str]:
    assert list(before) == list(after)
    return [step for step, cached in after.items() if not cached]


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_change_of_a_components_source_installs_no_dependency(component: str, root: Path, tmp_path: Path) -> None:
    shutil.copy(root / ".dockerignore", tmp_path)
    shutil.copy(root / "LICENSE", tmp_path)
    for folder in (
        "proto",
        "http-kit",
        "series",
        "project",
        "worker",
        "api-service",
        "model-service-python",
        "model-service-r",
        "scripts",
    ):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    options = ("--file", f"{component}/Dockerfile")
    before = steps(tmp_path, *options)
    with (tmp_path / COMPONENTS[component]).open("a") as source:
        source.write(another_line())
    again = repeated(before, steps(tmp_path, *options))
    # our own packages, and the proof that they can be imported
    assert len(again) == 2
    assert "--no-index" in again[0]
    assert "import " in again[1]


@pytest.mark.parametrize("project", PROJECTS)
def test_a_change_of_a_projects_code_installs_no_package(project: str, root: Path, tmp_path: Path) -> None:
    folder = tmp_path / project
    shutil.copytree(root / "examples" / project, folder)
    before = steps(folder)
    with (folder / PROJECTS[project]).open("a") as code:
        code.write(another_line())
    assert repeated(before, steps(folder)) == []
    with (folder / "ao.toml").open("a") as settings:
        settings.write(another_line())
    again = repeated(before, steps(folder))
    assert [step for step in again if "image-settings" not in step] == []
