from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.building.build_result import Result
from anops_control.building.compose_file import compose_runs
from anops_control.building.image_build import Built
from anops_control.init.templates import example_values, render
from ao.building.report import show

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language

BASES = ("anops/model-service-r:0.1",)


@pytest.mark.parametrize("language", ["r", "python"])
def test_the_template_runs_what_was_built_last(language: Language, tmp_path: Path) -> None:
    project = render(language, {**example_values(language), "name": "cars"}, tmp_path)
    done = compose_runs(
        project, "cars:0.2.0", known_as=["cars"], bases=["anops/model-service-python:0.7"], is_here=lambda _: True
    )
    assert done is not None
    assert (done.file, done.before, done.problem) == ("compose.yaml", "cars:0.1.0", None)
    assert done.variable == "MODEL_IMAGE"  # `MODEL_IMAGE=cars:0.1.0 docker compose up` is printed
    text = (project / "compose.yaml").read_text()
    assert "    image: ${MODEL_IMAGE:-cars:0.2.0}\n" in text
    assert "    image: anops/api-service:0.7\n" in text
    assert text.count("restart: unless-stopped") == 2


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("image: cars:0.1.0", "image: cars:0.2.0"),
        ('image: "cars:0.1.0"   # mine', 'image: "cars:0.2.0"   # mine'),
        ("image: registry.example.com:5000/team/cars:0.1.0", "image: cars:0.2.0"),
        ("image: ${OTHER-cars:0.1.0}", "image: ${OTHER-cars:0.2.0}"),
        ("image: mycars:0.1.0", None),
        ("# image: cars:0.1.0", None),
        ("image: cars-data:0.1.0", None),
        ("build: .", None),
    ],
)
def test_only_the_name_of_this_models_image_is_changed(line: str, changed: str | None, tmp_path: Path) -> None:
    before = f"services:\n  model:\n    {line}\n  database:\n    image: postgres:16\n"
    (tmp_path / "docker-compose.yml").write_text(before)
    known_as = ["cars", "registry.example.com:5000/team/cars"]
    done = compose_runs(tmp_path, "cars:0.2.0", known_as=known_as, bases=BASES, is_here=lambda _: True)
    assert done is not None
    assert (done.before is None) == (changed is None)
    assert (tmp_path / "docker-compose.yml").read_text() == before.replace(line, changed or line)


def test_the_api_service_comes_from_the_registry_and_in_the_version_of_the_base(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("  a:\n    image: cars:1\n  b:\n    image: r.example.com/anops/api-service:0.1\n")
    compose_runs(
        tmp_path,
        "cars:2",
        known_as=["cars"],
        bases=["r.example.com/anops/model-service-r:0.3", "debian:13"],
        is_here=lambda _: True,
    )
    assert file.read_text() == "  a:\n    image: cars:2\n  b:\n    image: r.example.com/anops/api-service:0.3\n"


def test_a_project_without_compose_has_none(tmp_path: Path) -> None:
    assert compose_runs(tmp_path, "cars:1", known_as=["cars"], bases=BASES, is_here=lambda _: True) is None


@pytest.mark.parametrize("here", [True, False])
def test_the_image_before_is_offered_where_it_can_run_again(
    here: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = render("r", {**example_values("r"), "name": "cars"}, tmp_path)
    composed = compose_runs(project, "cars:0.2.0", known_as=["cars"], bases=BASES, is_here=lambda _: here)
    built = Built("sha256:1", 1, ())
    show(Result(built, ("cars:0.2.0",), "0.2.0", None, (), (), 1.0, "sha256:2", composed=composed), as_json=True)
    once_more = " For the one before: MODEL_IMAGE=cars:0.1.0 docker compose up" if here else ""
    assert f"compose.yaml now runs `cars:0.2.0`.{once_more}\n" in capsys.readouterr().err
