"""A project is read in the process that loads its model, where pydantic may be missing or another."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from anops_model_interface.errors import AnOpsError
from anops_project.ao_toml import checked_project
from anops_project.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOML = """
[project]
name = "cars"
language = "python"

[model]
artifact = "model.joblib"
row_independent = true

[model.inputs]
wt = { type = "number", seen = [1, 5.5], unit = "1000 lb" }
cyl = { type = "number", values = [4, 6, 8] }
at = { type = "datetime", timezone = "Europe/Berlin", missing = "allow" }
species = { type = "category", levels = ["a", "b"], ordered = true, novel = "b" }

[model.outputs]
prediction = "number"

[model.options]
level = { type = "number", default = 0.95, min = 0, max = 1 }
quantiles = { type = "number", list = true, default = [0.1, 0.9] }

[service]
port = 9090
workers = 2
deadline_seconds = 5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ao.toml").write_text(TOML)
    return tmp_path


def test_both_ways_to_read_give_the_same_project(folder: Path) -> None:
    assert Project.read(folder) == checked_project(folder)


def test_whoever_loads_a_model_needs_no_pydantic(folder: Path) -> None:
    code = (
        "import sys; sys.modules['pydantic'] = sys.modules['pydantic_core'] = None\n"
        "from pathlib import Path; from anops_project.project import Project\n"
        f"print(list(Project.read(Path({str(folder)!r})).schema.inputs))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout == "['wt', 'cyl', 'at', 'species']\n", ended.stderr


@pytest.mark.parametrize("read", [Project.read, checked_project])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "cars"\n', ""),
        ("[service]", "[services]\n[service"),
        ('language = "python"', 'language = "julia"'),
        ("seen = [1, 5.5]", 'seen = [1, "2"]'),
        ('artifact = "model.joblib"', 'artifact = "../model.joblib"'),
        ('artifact = "model.joblib"', ""),
        ('prediction = "number"', 'prediction = "numbers"'),
        ("port = 9090", 'port = "9090"'),
    ],
)
def test_what_is_wrong_is_refused_both_ways(folder: Path, read: Callable[[Path], Any], before: str, after: str) -> None:
    (folder / "ao.toml").write_text(TOML.replace(before, after))
    with pytest.raises(AnOpsError, match=r"ao\.toml"):
        read(folder)


def test_the_unit_of_pandas_is_refused_in_a_project_that_has_none(folder: Path) -> None:
    text = TOML.replace('timezone = "Europe/Berlin"', 'resolution = "s"')
    (folder / "ao.toml").write_text(text)
    assert checked_project(folder).schema.inputs["at"].resolution == "s"
    (folder / "ao.toml").write_text(text.replace('"python"', '"r"'))
    with pytest.raises(AnOpsError, match=r"`model\.inputs\.at`: `resolution` is for Python models"):
        checked_project(folder)
