from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.init.placing import CarriedFile, place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "rendered"
    (folder / "tests").mkdir(parents=True)
    (folder / "ao.toml").write_text("new", encoding="utf-8")
    (folder / "README.md").write_text("new", encoding="utf-8")
    (folder / "tests" / "test_model.py").write_text("new", encoding="utf-8")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "fit.rds"
    path.write_bytes(b"model")
    return path


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_project_is_made_in_a_folder_that_is_not_there_yet(project: Path, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    assert place(project, [CarriedFile(model, "fit.rds")], target, link=False) == []
    assert _files(target) == ["README.md", "ao.toml", "fit.rds", "tests/test_model.py"]
    assert not (target / "fit.rds").is_symlink()


def test_files_that_are_there_are_kept_and_named(project: Path, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "analysis"
    (target / "tests").mkdir(parents=True)
    (target / "README.md").write_text("mine", encoding="utf-8")
    (target / "tests" / "test_model.py").symlink_to("nowhere")
    assert place(project, [CarriedFile(model, "fit.rds")], target, link=False) == ["README.md", "tests/test_model.py"]
    assert (target / "README.md").read_text(encoding="utf-8") == "mine"
    assert (target / "tests" / "test_model.py").is_symlink()


def test_a_link_points_to_the_model_itself(project: Path, model: Path, tmp_path: Path) -> None:
    place(project, [CarriedFile(model, "fit.rds")], tmp_path / "p", link=True)
    assert (tmp_path / "p" / "fit.rds").readlink() == model


@pytest.mark.parametrize("link", [False, True])
def test_a_model_that_lies_in_the_folder_stays_as_it_is(project: Path, model: Path, link: bool) -> None:
    place(project, [CarriedFile(model, "fit.rds")], model.parent, link=link)
    assert not model.is_symlink()
    assert model.read_bytes() == b"model"


def test_another_file_of_the_models_name_is_not_overwritten(project: Path, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "analysis"
    target.mkdir()
    (target / "fit.rds").write_bytes(b"other")
    with pytest.raises(CommandError, match="is there already and differs"):
        place(project, [CarriedFile(model, "fit.rds")], target, link=False)
    assert _files(target) == ["fit.rds"]
    assert (target / "fit.rds").read_bytes() == b"other"


def test_what_was_made_is_taken_back_when_something_fails(project: Path, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "a" / "analysis"
    target.parent.mkdir()
    (target.parent / "mine").touch()
    target.mkdir()
    (target / "tests").touch()  # a file where a folder must be
    with pytest.raises(OSError, match="tests"):
        place(project, [CarriedFile(model, "fit.rds")], target, link=False)
    assert _files(target.parent) == ["analysis/tests", "mine"]


def test_a_folder_that_was_made_is_taken_back_too(project: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        place(project, [CarriedFile(tmp_path / "gone.rds", "fit.rds")], tmp_path / "a" / "b", link=False)
    assert not (tmp_path / "a").exists()


def test_of_two_that_make_a_project_in_one_folder_the_second_changes_nothing(
    project: Path, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/ao.toml").write_text("another", encoding="utf-8")
    with pytest.raises(CommandError, match="has become a project"):
        place(project, [CarriedFile(model, "fit.rds")], tmp_path / "p", link=False)
    assert _files(tmp_path / "p") == ["ao.toml"]
