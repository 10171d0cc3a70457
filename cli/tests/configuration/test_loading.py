from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.errors import ConfigurationError

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
    assert configuration.project.series is None


def test_the_calendar_of_a_series_is_read_and_checked(make_project: Callable[..., Path]) -> None:
    section = '\n[series]\nfrequency = "MS"\nlast = "1960-12-01"\nvalue = "passengers"\nperiod = [12]\n'
    series = load(make_project(TEXT + section), environ={}).project.series
    assert series is not None
    assert (series.frequency, series.last, series.value) == ("MS", "1960-12-01", "passengers")
    with pytest.raises(ConfigurationError, match="must be the time of a period of frequency MS, not 1960-12-31"):
        load(make_project(TEXT + section.replace("-12-01", "-12-31")), environ={})


def test_the_project_takes_in_flags_and_environment(make_project: Callable[..., Path]) -> None:
    configuration = load(make_project(TEXT), flags={"port": 9000, "workers": None}, environ={"ANOPS_WORKERS": "3"})
    assert (configuration.project.service.port, configuration.project.service.workers) == (9000, 3)


def test_a_folder_below_the_project_will_do(make_project: Callable[..., Path]) -> None:
    folder = make_project(TEXT)
    below = folder / "data" / "raw"
    below.mkdir(parents=True)
    assert load(below, environ={}).folder == folder.resolve()
