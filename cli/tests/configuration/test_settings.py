from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
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
"Gear.Type" = { type = "category", levels = ["auto"] }
[service]
port = 1000
"""


@pytest.mark.parametrize(
    ("environ", "flags", "value", "source"),
    [
        ({}, {}, 1000, "ao.toml:9"),
        ({"ANOPS_PORT": "2000"}, {}, 2000, "ANOPS_PORT"),
        ({"ANOPS_PORT": "2000"}, {"port": 3000}, 3000, "--port"),
        ({"ANOPS_PORT": ""}, {"port": None}, 1000, "ao.toml:9"),
    ],
)
def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    environ: dict[str, str], flags: dict[str, object], value: object, source: str, make_project: Callable[..., Path]
) -> None:
    settings = {each.key: each for each in load(make_project(TEXT), flags=flags, environ=environ).settings}
    assert (settings["service.port"].value, settings["service.port"].source) == (value, source)


def test_what_nobody_set_has_its_default(make_project: Callable[..., Path]) -> None:
    settings = {each.key: each for each in load(make_project(TEXT), environ={}).settings}
    assert (settings["service.max_batch_rows"].value, settings["service.max_batch_rows"].source) == (8192, "default")


def test_a_column_is_one_setting_as_it_was_written(make_project: Callable[..., Path]) -> None:
    settings = {each.key: each for each in load(make_project(TEXT), environ={}).settings}
    column = settings['model.inputs."Gear.Type"']
    assert (column.value, column.source) == ({"type": "category", "levels": ["auto"]}, "ao.toml:7")
