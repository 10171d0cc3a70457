from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest
from anops_model_service.scratch import PREFIX, Scratch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_each_process_gets_a_folder_that_others_can_not_read(temporary: Path) -> None:
    scratch = Scratch()
    folders = {scratch.subfolder(), scratch.subfolder()}
    assert len(folders) == 2
    assert all(folder.is_dir() and folder.stat().st_mode & 0o077 == 0 for folder in folders)
    scratch.remove()
    assert list(temporary.iterdir()) == []


def test_a_folder_is_swept_once_its_service_has_ended_and_not_before(temporary: Path) -> None:
    program = (
        "from anops_model_service.scratch import Scratch; s = Scratch(); print(s.subfolder(), flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    assert other.stdout is not None
    other.stdout.readline()
    scratch = Scratch()
    assert scratch.sweep() == []
    other.kill()
    other.communicate()
    assert len(scratch.sweep()) == 1
    assert list(temporary.iterdir()) == [scratch.folder]
    scratch.remove()


def test_only_folders_of_services_are_swept(temporary: Path) -> None:
    (temporary / "mine").mkdir()
    (temporary / f"{PREFIX}link").symlink_to(temporary / "mine")
    scratch = Scratch()
    assert scratch.sweep() == []
    assert (temporary / "mine").exists()
    scratch.remove()
