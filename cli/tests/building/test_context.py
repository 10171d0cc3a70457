from __future__ import annotations

import socket
import tarfile
from typing import TYPE_CHECKING

import pytest
from anops_control.building.context import pack
from anops_control.errors import CommandError
from anops_model_interface.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return folder


def packed(project: Path) -> dict[str, tarfile.TarInfo]:
    with pack(project) as context, tarfile.open(fileobj=context) as archive:
        return {entry.name: entry for entry in archive}


def content(project: Path, name: str) -> bytes:
    with pack(project) as context, tarfile.open(fileobj=context) as archive:
        file = archive.extractfile(name)
        assert file is not None
        return file.read()


def test_a_link_to_a_model_outside_becomes_the_model(project: Path, tmp_path: Path) -> None:
    (tmp_path / "model.rds").write_bytes(b"fitted")
    (project / "model.rds").symlink_to(tmp_path / "model.rds")
    assert packed(project)["model.rds"].isreg()
    assert content(project, "model.rds") == b"fitted"


def test_a_link_to_a_folder_outside_becomes_its_files(project: Path, tmp_path: Path) -> None:
    (tmp_path / "models" / "deep").mkdir(parents=True)
    (tmp_path / "models" / "deep" / "weights").write_bytes(b"1")
    (project / "models").symlink_to(tmp_path / "models")
    assert content(project, "models/deep/weights") == b"1"


def test_a_link_inside_the_project_stays_a_link(project: Path) -> None:
    (project / "model-2.rds").write_bytes(b"fitted")
    (project / "model.rds").symlink_to("model-2.rds")
    assert packed(project)["model.rds"].linkname == "model-2.rds"


@pytest.mark.parametrize("target", ["gone.rds", "model.rds"])
def test_a_link_that_leads_nowhere_is_named(project: Path, target: str) -> None:
    (project / "model.rds").symlink_to(target)
    with pytest.raises(CommandError, match=f"`model.rds` is a link to `{target}`, which is not there") as refused:
        pack(project)
    assert refused.value.exit_code is ExitCode.PROJECT


def test_what_dockerignore_names_stays_out(project: Path) -> None:
    (project / ".dockerignore").write_text("# comment\n\n.venv/\n*.log\n")
    (project / ".venv").mkdir()
    (project / ".venv" / "python").write_text("")
    (project / "train.log").write_text("")
    assert sorted(packed(project)) == [".dockerignore", "Dockerfile"]


def test_a_broken_link_that_dockerignore_names_does_not_matter(project: Path) -> None:
    (project / ".dockerignore").write_text("data\n")
    (project / "data").symlink_to("gone")
    assert "data" not in packed(project)


def test_a_second_name_of_a_file_has_its_content(project: Path) -> None:
    (project / "a").write_bytes(b"same")
    (project / "b").hardlink_to(project / "a")
    assert content(project, "b") == b"same"


def test_files_belong_to_nobody_in_particular(project: Path) -> None:
    entry = packed(project)["Dockerfile"]
    assert (entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, "", "")


def test_a_socket_is_left_out(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("lock")
        assert "lock" not in packed(project)
