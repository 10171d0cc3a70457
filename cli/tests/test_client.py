from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from typer.testing import Result

CLIENT = Path(__file__).parents[2] / "client" / "r" / "anops"
LOADS = 'library(anops); stopifnot(is.function(predict_remote)); cat(as.character(packageVersion("anops")))'


def test_the_file_installs_into_any_r(ao: Callable[..., Result], tmp_path: Path) -> None:
    result = ao("client", "r", folder=tmp_path)
    assert result.exit_code == 0
    (file,) = tmp_path.glob("anops_*.tar.gz")
    assert f'install.packages("{file.name}", repos = NULL, type = "source")' in result.output
    library = tmp_path / "library"
    library.mkdir()
    code = f'install.packages("{file.name}", lib = "library", repos = NULL, type = "source")'
    subprocess.run(["Rscript", "--vanilla", "-e", code], cwd=tmp_path, check=True, capture_output=True)
    loads = LOADS.replace("(anops)", '(anops, lib.loc = "library")').replace('"anops")', '"anops", "library")')
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", loads], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert file.name == f"anops_{done.stdout}.tar.gz"


def test_the_r_file_is_the_same_each_time_and_holds_the_client_alone(ao: Callable[..., Result], tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        ao("client", "r", "--output", str(tmp_path / name))
        (file,) = (tmp_path / name).iterdir()
        files.append(file)
    assert files[0].read_bytes() == files[1].read_bytes()
    with tarfile.open(files[0]) as archive:
        sources = {entry.name for entry in archive.getmembers() if entry.name.startswith("anops/R/")}
    assert sources == {f"anops/R/{file.name}" for file in (CLIENT / "R").glob("*.R")}
    assert "anops/R/remote.R" in sources


def test_packages_that_the_client_needs_are_named(
    ao: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("R")
    fake = tmp_path / "R"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec {real} "$@"\n'
        '[ "$1" = --no-echo ] && echo stats jsonlite && exit\nexit 1\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    result = ao("client", "r", "--install")
    assert result.exit_code == 1
    assert "it needs `curl`, which R does not have" in result.output
    assert 'install.packages(c("curl"))' in result.output


def test_the_file_holds_no_tests_and_no_names(ao: Callable[..., Result], tmp_path: Path) -> None:
    ao("client", "r", "--output", str(tmp_path))
    (file,) = tmp_path.glob("*.gz")
    with tarfile.open(file) as archive:
        entries = archive.getmembers()
    assert not [entry.name for entry in entries if "tests" in entry.name]
    assert {entry.uname for entry in entries} == {""}


def test_it_installs_into_the_r_on_path(
    ao: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("R_LIBS", str(tmp_path))
    assert ao("client", "r", "--install").exit_code == 0
    subprocess.run(["Rscript", "--vanilla", "-e", LOADS], check=True, capture_output=True)


def test_an_r_that_refuses_is_told(ao: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "R"
    fake.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo R version 4.2.2 && exit\n'
        '[ "$1" = --no-echo ] && echo curl jsonlite && exit\necho no room >&2\nexit 1\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    result = ao("client", "r", "--install")
    assert result.exit_code == 1
    assert "no room" in result.output


def test_a_folder_that_is_not_there_is_told(ao: Callable[..., Result], tmp_path: Path) -> None:
    result = ao("client", "r", "--output", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "Can't write" in result.output


def test_the_wheel_installs_into_any_python(ao: Callable[..., Result], tmp_path: Path) -> None:
    result = ao("client", "python", folder=tmp_path)
    assert result.exit_code == 0
    (file,) = tmp_path.glob("anops-*-py3-none-any.whl")
    assert f"python3 -m pip install {file.name}" in result.output
    target = tmp_path / "there"
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    code = "import anops, sys; from importlib.metadata import requires; print(anops.__file__, *requires('anops'))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(target)}, check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith(str(target))
    assert "pandas>=" in done.stdout


def test_the_wheel_is_the_same_each_time(ao: Callable[..., Result], tmp_path: Path) -> None:
    wheels = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        ao("client", "python", "--output", str(tmp_path / name))
        (file,) = (tmp_path / name).iterdir()
        wheels.append(file.read_bytes())
    assert wheels[0] == wheels[1]


def test_it_installs_into_the_active_environment(
    ao: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@" \n')
    program.chmod(0o755)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "site"))
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    result = ao("client", "python", "--install")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "site" / "anops" / "client.py").exists()


def test_a_python_that_refuses_is_told(
    ao: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "python"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\n[ "$2" = pip ] && echo externally managed >&2 && exit 1\nexec ' + sys.executable + ' "$@"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    result = ao("client", "python", "--install")
    assert result.exit_code == 1
    assert "Activate the environment" in result.output
