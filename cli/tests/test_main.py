from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ao.entries import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

AO = Path(sys.executable).with_name("ao")


def test_help_shows_the_way_from_model_to_prediction_in_order(ao: Callable[..., Result]) -> None:
    result = ao("--help")
    assert result.exit_code == 0
    places = [result.stdout.index(f"│ {name}") for name in ("init", "check", "serve", "predict", "run", "config")]
    assert places == sorted(places)


def test_each_command_has_one_line_of_help(ao: Callable[..., Result]) -> None:
    lines = ao("--help", env={"COLUMNS": "80"}).stdout.splitlines()
    options = next(i for i, line in enumerate(lines) if line.startswith("╭─ Options"))
    commands = lines[lines.index(next(line for line in lines[options:] if line.startswith("╰"))) :]
    panels = [line for line in commands if line.startswith("│ ")]
    assert [line.split()[1] for line in panels] == [entry.name for entry in ENTRIES]


def test_ao_alone_shows_the_help(ao: Callable[..., Result]) -> None:
    assert ao().stdout.split() == ao("--help").stdout.split()


def test_version_is_that_of_the_distribution(ao: Callable[..., Result]) -> None:
    assert ao("--version").stdout == f"ao {version('anops-cli')}\n"


def test_help_imports_no_command_and_no_model_library() -> None:
    code = (
        "import sys\nfrom ao.app import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('pydantic', 'numpy', 'anops_control.configuration', 'httpx') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["check", "config", "init", "predict", "run", "serve"])
def test_every_command_has_a_help(ao: Callable[..., Result], command: str) -> None:
    result = ao(command, "--help")
    assert result.exit_code == 0
    assert f"Usage: ao {command}" in result.stdout


def test_the_script_and_the_module_are_the_same_program() -> None:
    script = subprocess.run([str(AO), "chekc"], capture_output=True, text=True, check=False)
    module = subprocess.run([sys.executable, "-m", "ao", "chekc"], capture_output=True, text=True, check=False)
    assert script.stderr == module.stderr == "✖ There is no command `chekc`.\n→ Did you mean `ao check`?\n"
    assert script.returncode == module.returncode == 2


@pytest.mark.parametrize("module", ["typer", "ao.app", "ao.commands.check"])
def test_ctrl_c_while_ao_still_starts_ends_it_quietly(module: str) -> None:
    code = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        name == {module!r} and os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.argv = ['ao', 'check', '--list']\n"
        "from ao.main import main\nmain()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_a_reader_that_has_seen_enough_is_no_error(python_project: Path) -> None:
    command = f"set -o pipefail; {AO} config --schema | head -c 1; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", command], cwd=python_project, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("{", "", 0)
