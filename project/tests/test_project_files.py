from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from anops_project.project import Project
from anops_project.project_files import stamp

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("model.joblib", "model.py", "helpers/rates.py", "tests/test_model.py", ".venv/lib/x.py", "log.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "ao.toml").write_text(
        '[project]\nname = "m"\nlanguage = "python"\n[model]\nartifact = "model.joblib"\ncode = "model.py"\n'
    )
    return Project.read(tmp_path)


@pytest.mark.parametrize("name", ["model.joblib", "model.py", "helpers/rates.py", "ao.toml", "helpers/new.py"])
def test_a_change_of_model_or_code_is_seen(project: Project, name: str) -> None:
    before = stamp(project)
    path = project.folder / name
    path.touch()
    os.utime(path, (1, 1))
    assert stamp(project) != before


@pytest.mark.parametrize("name", ["tests/test_model.py", ".venv/lib/x.py", "log.csv"])
def test_what_is_no_part_of_the_model_does_not_count(project: Project, name: str) -> None:
    before = stamp(project)
    os.utime(project.folder / name, (1, 1))
    assert stamp(project) == before


def test_a_model_that_is_gone_is_a_change(project: Project) -> None:
    before = stamp(project)
    (project.folder / "model.joblib").unlink()
    assert stamp(project) != before
