"""Plain cookiecutter makes a project that trains, and whose own tests pass, without AnOps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from anops_project.project import Project

TEMPLATES = Path(__file__).parents[1]


def _cookiecutter(language: str, folder: Path, *values: str) -> Path:
    command = [sys.executable, "-m", "cookiecutter", "--no-input", str(TEMPLATES / language), *values]
    home = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}  # a person's own defaults must not matter
    subprocess.run(command, cwd=folder, check=True, env=home)
    (project,) = (path for path in folder.iterdir() if not path.name.startswith("."))
    return project


def _run(*command: str, cwd: Path) -> str:
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_r_project_trains_and_its_tests_pass(tmp_path: Path) -> None:
    project = _cookiecutter("r", tmp_path)
    _run("Rscript", "train.R", cwd=project)
    assert "FAIL 0 | WARN 0 | SKIP 0 | PASS 8" in _run("Rscript", "tests/testthat.R", cwd=project)
    assert not _run("Rscript", "-e", 'cat(format(lintr::lint_dir(".")))', cwd=project).strip()


def test_the_python_project_trains_and_its_tests_pass(tmp_path: Path) -> None:
    project = _cookiecutter("python", tmp_path)
    _run(sys.executable, "train.py", cwd=project)
    options = ("-q", "-W", "error", "-p", "no:asyncio", "-p", "no:cacheprovider")
    assert "6 passed" in _run(sys.executable, "-m", "pytest", *options, cwd=project)
    _run(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", ".", cwd=project)
    _run(sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--check", ".", cwd=project)


@pytest.mark.parametrize("language", ["r", "python"])
def test_the_project_can_be_served_as_it_is_written(language: str, tmp_path: Path) -> None:
    project = Project.read(_cookiecutter(language, tmp_path, "name=my-model", 'description=It says "hello"'))
    assert (project.project.name, project.project.description) == ("my-model", 'It says "hello"')
    assert project.code is not None
    assert project.code.is_file()
