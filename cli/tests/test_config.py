from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result


def test_each_setting_has_its_value_and_its_origin(
    ao: Callable[..., Result], make_project: Callable[..., Path]
) -> None:
    result = ao("config", "--port", "9000", folder=make_project(), env={"ANOPS_WORKERS": "4", "VIRTUAL_ENV": None})
    rows = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines()}
    assert rows["project.name"] == ["cars", "ao.toml:2"]
    assert rows["service.port"] == ["9000", "--port"]
    assert rows["service.workers"] == ["4", "ANOPS_WORKERS"]
    assert rows["service.max_batch_rows"] == ["8192", "default"]
    assert rows["model.inputs.wt"] == ["number", "ao.toml:9"]
    assert f"at {sys.executable} (the Python that runs ao)" in result.stdout


def test_json_has_the_same(ao: Callable[..., Result], make_project: Callable[..., Path]) -> None:
    report = json.loads(ao("config", "--json", folder=make_project(), env={"VIRTUAL_ENV": None}).stdout)
    assert report["settings"]["project.language"] == {"value": "python", "origin": "ao.toml", "source": "ao.toml:3"}
    assert report["settings"]["model.inputs.wt"]["value"] == {"type": "number"}
    assert report["loaded_by"]["python"]["path"] == sys.executable
    assert report["kept"]["versions and runs"].endswith("/.anops/tracking.db")
    assert report["kept"]["workspaces"].endswith(".anops")


def test_an_r_project_shows_its_r(ao: Callable[..., Result], r_project: Path) -> None:
    assert "\nR: " in ao("config", folder=r_project).stdout


def test_the_schema_needs_no_project(ao: Callable[..., Result], tmp_path: Path) -> None:
    result = ao("config", "--schema", folder=tmp_path)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["title"] == "ao.toml"


def test_a_folder_can_be_named(ao: Callable[..., Result], make_project: Callable[..., Path]) -> None:
    assert ao("config", str(make_project())).exit_code == 0


def test_a_fault_ends_with_the_code_of_the_project(
    ao: Callable[..., Result], make_project: Callable[..., Path]
) -> None:
    result = ao("config", folder=make_project("[project]\n"))
    assert result.exit_code == 3
    assert "✖ ao.toml:1:2: `name` is missing in `[project]`." in result.stderr
