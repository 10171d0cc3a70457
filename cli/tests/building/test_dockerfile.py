from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.building.dockerfile import images_from, read_dockerfile, require_r_stage
from anops_control.errors import CommandError
from anops_model_interface.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("FROM debian:trixie-slim\n", ("debian:trixie-slim",)),
        ("# FROM other\nfrom debian\n", ("debian",)),
        ("ARG BASE=debian:12\nFROM ${BASE}\n", ("debian:12",)),
        ('ARG TAG="12"\nFROM debian:$TAG AS a\nFROM a\nCOPY x y\n', ("debian:12",)),
        ("FROM debian AS a\nFROM --platform=linux/amd64 \\\n  alpine AS b\nFROM A\n", ("debian", "alpine")),
        ("FROM scratch\n", ()),
        ("FROM ${BASE:-debian}\n", ("debian",)),
        ("FROM debian${SUFFIX:+:12}\n", ("debian",)),
        ("ARG BASE\nFROM ${BASE}\n", ()),
        ("FROM\n", ()),
    ],
)
def test_the_images_that_a_dockerfile_starts_from(text: str, images: tuple[str, ...]) -> None:
    assert images_from(text, {}) == images


def test_a_build_argument_wins_over_its_default() -> None:
    assert images_from("ARG BASE=debian:12\nFROM ${BASE}\n", {"BASE": "mine:1"}) == ("mine:1",)


@pytest.mark.parametrize(
    ("text", "message"), [(None, "The project has no Dockerfile."), ("\n", "The Dockerfile is empty.")]
)
def test_without_a_dockerfile_it_says_where_to_take_one(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "Dockerfile").write_text(text)
    with pytest.raises(CommandError, match=message) as refused:
        read_dockerfile(tmp_path, "r")
    assert refused.value.exit_code is ExitCode.DOCKERFILE
    assert refused.value.remedy is not None
    assert 'ao init "$new" --lang r' in refused.value.remedy


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_dockerfile_that_installs_from_no_r_repository_is_told_where_ao_toml_names_one(language: Language) -> None:
    with pytest.raises(CommandError, match="no step of the Dockerfile installs from them") as refused:
        require_r_stage("FROM a\n# RUN install-r-packages --build\nRUN install-r-packages DESCRIPTION\n", language)
    assert refused.value.exit_code is ExitCode.DOCKERFILE
    wanted = {"r": "Copy the one of a new project", "python": "Take `r_repositories` out of ao.toml"}
    assert str(refused.value.remedy).startswith(wanted[language])


@pytest.mark.parametrize("arguments", ["--build /tmp/image DESCRIPTION", '", "--build", "/tmp/image", "DESCRIPTION"]'])
def test_a_dockerfile_that_installs_from_r_repositories_is_taken(arguments: str) -> None:
    require_r_stage(f"FROM a\nRUN install-r-packages {arguments}\n", "r")
