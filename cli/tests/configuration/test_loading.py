from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.configuration import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = """\
[project]
name = "cars"
language = "r"

[model]
artifact = "model.rds"

[model.inputs]
wt = "number"

[service]
workers = 2

[image]
repository = "registry.example.com/cars"

[tasks.train]
run = "Rscript train.R"
makes = ["model.rds"]
"""


def test_every_section_is_read(make_project: Callable[..., Path]) -> None:
    configuration = load(make_project(TEXT), environ={})
    assert configuration.project.project.name == "cars"
    assert list(configuration.project.schema.inputs) == ["wt"]
    assert configuration.image.repository == "registry.example.com/cars"
    assert configuration.check.coverage == 80
    assert configuration.tasks["train"].run == ("Rscript train.R",)


def test_the_project_takes_in_flags_and_environment(make_project: Callable[..., Path]) -> None:
    configuration = load(make_project(TEXT), flags={"port": 9000, "workers": None}, environ={"ANOPS_WORKERS": "3"})
    assert (configuration.project.service.port, configuration.project.service.workers) == (9000, 3)


def test_a_folder_below_the_project_will_do(make_project: Callable[..., Path]) -> None:
    folder = make_project(TEXT)
    below = folder / "data" / "raw"
    below.mkdir(parents=True)
    assert load(below, environ={}).folder == folder.resolve()
