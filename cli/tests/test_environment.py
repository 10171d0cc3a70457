from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from anops_control.environment import Interpreter, find_interpreter, find_r, install_command, probe, require_loader
from anops_control.errors import CommandError
from anops_model_interface.exit_codes import ExitCode


def link_python(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_the_configured_python_comes_first(tmp_path: Path) -> None:
    link_python(tmp_path / ".venv")
    other = link_python(tmp_path / "other")
    found = find_interpreter(tmp_path, "python", configured="other/bin/python", environ={})
    assert (found.path, found.origin) == (other, "[project] python")


def test_a_configured_environment_stands_for_its_python(tmp_path: Path) -> None:
    python = link_python(tmp_path / "env")
    assert find_interpreter(tmp_path, "python", configured="env", environ={}).path == python


def test_the_projects_own_environment_comes_before_the_active_one(tmp_path: Path) -> None:
    own = link_python(tmp_path / ".venv")
    link_python(tmp_path / "active")
    found = find_interpreter(tmp_path, "python", environ={"VIRTUAL_ENV": str(tmp_path / "active")})
    assert (found.path, found.origin) == (own, "the project's .venv")


def test_the_active_environment_loads_python_models_only(tmp_path: Path) -> None:
    active = link_python(tmp_path / "active")
    environ = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert find_interpreter(tmp_path, "python", environ=environ).path == active
    assert find_interpreter(tmp_path, "r", environ=environ).path == Path(sys.executable)


def test_an_active_conda_environment_loads_python_models(tmp_path: Path) -> None:
    active = link_python(tmp_path / "conda")
    environ = {"CONDA_PREFIX": str(tmp_path / "conda")}
    assert find_interpreter(tmp_path, "python", environ=environ).path == active
    environ["VIRTUAL_ENV"] = str(tmp_path / "nearer")
    assert find_interpreter(tmp_path, "python", environ=environ).path == active
    nearer = link_python(tmp_path / "nearer")
    assert find_interpreter(tmp_path, "python", environ=environ).path == nearer


def test_with_no_environment_the_python_of_ao_is_taken(tmp_path: Path) -> None:
    found = find_interpreter(tmp_path, "python", environ={})
    assert (found.path, found.origin) == (Path(sys.executable), "the Python that runs ao")


def test_a_broken_venv_is_named_and_no_other_python_taken(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to("/gone/python3.9")
    with pytest.raises(CommandError, match=r"\.venv is broken: its Python is a link to /gone/python3\.9"):
        find_interpreter(tmp_path, "python", environ={})


def test_a_configured_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"is not there: \.venv2/bin/python") as caught:
        find_interpreter(tmp_path, "python", configured=".venv2/bin/python", environ={})
    assert caught.value.exit_code is ExitCode.PROJECT


@pytest.mark.parametrize("has_uv", [True, False])
def test_what_an_environment_lacks_is_named_with_the_command_that_installs_it(
    bare_python: Path, has_uv: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if has_uv:
        (tmp_path / "uv").write_text("#!/bin/sh\n")
        (tmp_path / "uv").chmod(0o755)
    start = (
        f"uv pip install --python {bare_python}"
        if has_uv
        else f"{bare_python} -m ensurepip && {bare_python} -m pip install"
    )
    interpreter = Interpreter(bare_python, "the project's .venv")
    with pytest.raises(CommandError, match="must have `anops-worker` and `anops-model-service-r`") as caught:
        require_loader(interpreter, "r")
    assert caught.value.remedy == f"Run: {start} anops-worker anops-model-service-r"


def test_a_python_of_the_operating_system_gets_an_environment_beside_it(
    bare_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.environment.is_managed", lambda _: True)
    command = install_command(Interpreter(bare_python, "[project] python"), ["ruff"])
    assert command == (
        f"{bare_python} -m venv --system-site-packages .venv && .venv/bin/python -m pip install ruff"
        "; then take `python` out of ao.toml"
    )


def test_the_python_of_ao_has_all_it_needs() -> None:
    require_loader(Interpreter(Path(sys.executable), "the Python that runs ao"), "python")


def test_a_worker_of_another_version_is_named_with_the_command_that_fixes_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)
    (packages,) = tmp_path.glob("lib/python3*/site-packages")
    (packages / "anops_worker").mkdir()
    info = packages / "anops_worker-9.9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: anops-worker\nVersion: 9.9.9\n")
    ours = version("anops-cli")
    with pytest.raises(CommandError, match=re.escape(f"has `anops-worker` 9.9.9, and `ao` is {ours}")) as caught:
        require_loader(Interpreter(tmp_path / "bin" / "python", "the project's .venv"), "python")
    assert caught.value.command is not None
    assert caught.value.command.endswith(f"anops-worker=={ours}")


def test_wheels_that_came_with_the_installation_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = tmp_path / "share" / "anops" / "wheels"
    wheels.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    command = install_command(Interpreter(Path(sys.executable), "here"), ["anops-worker"])
    assert command.endswith(f" --find-links {wheels} anops-worker")


def test_a_python_that_can_not_be_run_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no shared library' >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(CommandError, match="can't be run") as caught:
        probe(broken)
    assert caught.value.details == ("no shared library",)


def test_r_on_path_is_found_with_its_version() -> None:
    found = find_r()
    assert found is not None
    assert found.version[0].isdigit()


def test_without_r_on_path_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_r() is None
