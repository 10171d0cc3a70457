from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.errors import AnOpsError
from anops_project.digest import digest_of, files_of_model
from anops_project.project import Project

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "cars"
language = "python"

[model]
artifact = "model.joblib"
code = "model.py"
files = ["mine.py", "tables"]
row_independent = true

[model.inputs]
wt = { type = "number", min = 0 }
hp = "number"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cars"
    (made / "tables").mkdir(parents=True)
    (made / "ao.toml").write_text(TOML)
    (made / "model.joblib").write_bytes(b"fit one")
    (made / "model.py").write_text("def load_model(path): return path\n")
    (made / "mine.py").write_text("class Mine: pass\n")
    (made / "tables" / "list.csv").write_text("a\n1\n")
    return made


def digest(folder: Path) -> str:
    return digest_of(Project.read(folder))


@pytest.mark.parametrize("file", ["model.joblib", "model.py", "mine.py", "tables/list.csv"])
def test_each_file_of_the_model_changes_the_digest(folder: Path, file: str) -> None:
    before = digest(folder)
    (folder / file).write_bytes((folder / file).read_bytes() + b"#")
    assert digest(folder) != before


@pytest.mark.parametrize(
    "written",
    [
        TOML.replace("[model]\n", "[model]   # the fit\n\n"),
        TOML.replace('hp = "number"', 'hp = { type = "number" }'),
        TOML.replace("min = 0", "min = 0.0"),
        TOML.replace("[model]\n", '[model]\nfitted = "2026-11-30"\nfitted_on = "mine"\n'),
        TOML.replace('artifact = "model.joblib"\ncode = "model.py"', 'code = "model.py"\nartifact = "model.joblib"'),
        TOML + "\n[service]\nport = 9090\n",
        TOML.replace('name = "cars"', 'name = "trucks"\nversion = "7"'),
    ],
)
def test_another_way_to_write_the_same_keeps_the_digest(folder: Path, written: str) -> None:
    before = digest(folder)
    (folder / "ao.toml").write_text(written)
    assert digest(folder) == before


def test_another_contract_is_another_model(folder: Path) -> None:
    before = digest(folder)
    (folder / "ao.toml").write_text(TOML.replace("min = 0", "min = 1"))
    assert digest(folder) != before


def test_a_copy_elsewhere_has_the_same_digest(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere" / "copy")
    assert digest(tmp_path / "elsewhere" / "copy") == digest(folder)


def test_a_link_counts_as_what_it_points_to(folder: Path, tmp_path: Path) -> None:
    before = digest(folder)
    (folder / "model.joblib").rename(tmp_path / "far.joblib")
    (folder / "model.joblib").symlink_to(tmp_path / "far.joblib")
    assert digest(folder) == before


def test_what_python_compiles_and_hidden_files_do_not_count(folder: Path) -> None:
    before = digest(folder)
    (folder / "tables" / "__pycache__").mkdir()
    (folder / "tables" / "__pycache__" / "x.pyc").write_bytes(b"1")
    (folder / "tables" / ".DS_Store").write_bytes(b"1")
    (folder / "data.csv").write_text("not the model's\n")
    assert digest(folder) == before
    assert list(files_of_model(Project.read(folder))) == ["model.joblib", "model.py", "mine.py", "tables/list.csv"]


def test_a_file_that_is_not_there_is_named_with_its_key(folder: Path) -> None:
    (folder / "mine.py").unlink()
    with pytest.raises(AnOpsError, match=r"Can't find `mine.py`, which ao.toml names .* one of its `files`"):
        digest(folder)


@pytest.mark.parametrize("path", ["/etc/passwd", "../other.py", ""])
def test_files_outside_of_the_project_are_refused(folder: Path, path: str) -> None:
    (folder / "ao.toml").write_text(TOML.replace('"mine.py"', f'"{path}"'))
    with pytest.raises(AnOpsError, match="inside the project"):
        Project.read(folder)
