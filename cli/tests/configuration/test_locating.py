from __future__ import annotations

from pathlib import Path

import pytest
from anops_control.configuration import find_project
from anops_control.errors import CommandError
from anops_model_interface.exit_codes import ExitCode


def test_without_a_project_the_way_to_one_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=r"There is no ao.toml here") as caught:
        find_project(Path())
    assert "ao init" in caught.value.remedy
    assert caught.value.exit_code is ExitCode.PROJECT


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        find_project(tmp_path / "nowhere")


def test_the_nearest_project_is_taken(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a"):
        (folder / "ao.toml").touch()
    assert find_project(inner) == (tmp_path / "a").resolve()
