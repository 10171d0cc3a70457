"""A fitted model that is not the file that was taken in is not loaded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.digest import digest_of
from anops_project.project import Project
from anops_project.recorded import require_recorded

if TYPE_CHECKING:
    from pathlib import Path


def project(folder: Path, sha256: str = "") -> Project:
    recorded = f'sha256 = "{sha256}"\n' if sha256 else ""
    (folder / "ao.toml").write_text(
        f'[project]\nname = "cars"\nlanguage = "r"\n[model]\nartifact = "model.rds"\n{recorded}'
    )
    return Project.read(folder)


def test_the_file_that_was_taken_in_is_good_and_another_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "model.rds").write_bytes(b"a fit")
    right = hashlib.sha256(b"a fit").hexdigest()
    require_recorded(project(tmp_path, right))
    (tmp_path / "model.rds").write_bytes(b"another fit")
    require_recorded(project(tmp_path))  # where none is recorded, any will do
    with pytest.raises(AnOpsError) as refused:
        require_recorded(project(tmp_path, right))
    problem = refused.value.problem
    assert problem.code is Code.MODEL_LOAD
    assert problem.message.startswith("`model.rds` is not the file that was taken in, and is not loaded")
    assert right[:12] in problem.message
    assert "ao refit" in str(problem.remedy)


@pytest.mark.parametrize("wrong", ["abc", "A" * 64, "sha256:" + "a" * 64])
def test_what_is_no_sha256_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(AnOpsError, match="64 hexadecimal digits"):
        project(tmp_path, wrong)


def test_that_it_is_recorded_makes_no_other_model_of_it(tmp_path: Path) -> None:
    (tmp_path / "model.rds").write_bytes(b"a fit")
    assert digest_of(project(tmp_path)) == digest_of(project(tmp_path, hashlib.sha256(b"a fit").hexdigest()))
