from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from anops_control.building.revision import revision_of

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def commit(folder: Path) -> None:
    subprocess.run(["git", "-C", folder, "add", "."], check=True)
    subprocess.run(["git", "-C", folder, *COMMIT], check=True)


def test_a_folder_in_no_repository_has_none(tmp_path: Path) -> None:
    assert revision_of(tmp_path) is None


def test_a_repository_without_a_commit_has_none(repository: Path) -> None:
    assert revision_of(repository) is None


def test_a_commit_is_the_revision_until_a_file_changes(repository: Path) -> None:
    (repository / "model.py").write_text("")
    commit(repository)
    revision = revision_of(repository)
    assert revision is not None
    assert re.fullmatch(r"[0-9a-f]{12}", revision)
    (repository / "model.py").write_text("1")
    assert revision_of(repository) == f"{revision}-changed"


def test_a_change_beside_the_project_does_not_count(repository: Path) -> None:
    project = repository / "project"
    project.mkdir()
    (project / "ao.toml").write_text("")
    commit(repository)
    (repository / "notes").write_text("")
    assert "changed" not in str(revision_of(project))
