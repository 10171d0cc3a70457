"""Every command meets what is broken, and none shows a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typer.testing import Result

AO = [sys.executable, "-P", "-m", "ao"]
WAIT_SECONDS = 120
EXIT_CODES_OF_FAULTS = {1, 2, 3, 4, 5}
COMMANDS = {
    "init": ["init", ".", "--lang", "python"],
    "check": ["check"],
    "check-json": ["check", "--json"],
    "run": ["run"],
    "run-task": ["run", "train"],
    "config": ["config"],
    "config-json": ["config", "--json"],
    "serve": ["serve", "--port", "0"],
    "serve-json": ["serve", "--port", "0", "--json"],
    "predict": ["predict", "rows.csv", "--url", "http://127.0.0.1:1"],
}
PIPES = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

PROJECT = """\
[project]
name = "broken"
language = "python"
[model]
artifact = "model.joblib"
code = "model.py"
[model.inputs]
x = "number"
[model.outputs]
prediction = "number"
[tasks.train]
run = "exit 3"
"""
LOADS = "def load_model(path):\n    return 1\n\n\n"
PREDICTS = "def predict_model(model, data, **options):\n    return data.x\n"

BROKEN_PROJECTS: dict[str, dict[str, bytes]] = {
    "no-project": {},
    "empty": {"ao.toml": b""},
    "not-toml": {"ao.toml": b"[project\nname = "},
    "not-utf8": {"ao.toml": b'[project]\nname = "caf\xe9"\n'},
    "null-bytes": {"ao.toml": b"\x00\x00\x00"},
    "byte-order-mark": {"ao.toml": b"\xef\xbb\xbf[project"},
    "other-tables": {"ao.toml": b"project = 3\n[[model]]\n[tasks]\ntrain = 1\n"},
    "other-types": {
        "ao.toml": b'[project]\nname = 7\nlanguage = ["r"]\n[model]\nartifact = {}\n[service]\nport = "x"\n'
    },
    "doubled-key": {"ao.toml": b'[project]\nname = "a"\nname = "b"\n'},
    "dotted-column": {"ao.toml": PROJECT.replace("x =", "Sepal.Length =").encode()},
    "cyclic-tasks": {"ao.toml": PROJECT.replace("[tasks.train]", '[tasks.train]\nafter = ["train"]').encode()},
    "huge-numbers": {"ao.toml": (PROJECT + f"[service]\nport = {10**30}\nworkers = -1\n").encode()},
    "deep": {"ao.toml": b"a = " + b"[" * 5000},
}
BROKEN_MODELS: dict[str, dict[str, bytes]] = {
    "no-model": {"model.py": (LOADS + PREDICTS).encode()},
    "no-code": {"model.joblib": b""},
    "empty-model": {"model.joblib": b"", "model.py": PREDICTS.encode()},
    "no-pickle": {"model.joblib": b"\xff\xfe what is this", "model.py": PREDICTS.encode()},
    "cut-pickle": {"model.joblib": b"\x80\x04\x95\x10\x00", "model.py": PREDICTS.encode()},
    "missing-package": {"model.joblib": b"cno_such_package\nModel\n.", "model.py": PREDICTS.encode()},
    "no-python": {"model.joblib": b"", "model.py": b"def predict_model(:\n"},
    "not-utf8": {"model.joblib": b"", "model.py": b"# caf\xe9\nimport no_such_module\n"},
    "exits": {"model.joblib": b"", "model.py": b"import sys\nsys.exit(1)\n"},
    "dies": {"model.joblib": b"", "model.py": b"import os\nos._exit(7)\n"},
}


def project(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "rows.csv").write_text("x\n1\n", encoding="utf-8")
    return folder


def run(folder: Path, *commands: list[str]) -> list[int]:
    """Run commands side by side as a person does, see that each says something in words; return the exit codes."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ANOPS_", "AO_"))}
    running = [
        subprocess.Popen([*AO, *command], cwd=folder, env=env, text=True, **PIPES)  # type: ignore[call-overload]
        for command in commands
    ]
    for process in running:
        stdout, stderr = process.communicate(timeout=WAIT_SECONDS)
        assert_in_words(stdout + stderr)
    return [process.returncode for process in running]


def assert_in_words(said: str) -> None:
    assert "Traceback" not in said, said
    assert "the fault is ours" not in said, said
    assert said.strip()


@pytest.mark.parametrize("name", BROKEN_PROJECTS)
def test_no_command_shows_a_traceback_of_a_broken_project(ao: Callable[..., Result], tmp_path: Path, name: str) -> None:
    folder = project(tmp_path, BROKEN_PROJECTS[name])
    for command, arguments in COMMANDS.items():
        if (command, name) == ("init", "no-project"):
            continue  # that is where it makes one
        ended = ao(*arguments, folder=folder)
        assert_in_words(ended.output)
        shown = command.startswith("config") and name == "cyclic-tasks"  # settings that can be shown
        assert ended.exit_code in ({0} if shown else EXIT_CODES_OF_FAULTS), (command, ended.output)


@pytest.mark.parametrize("name", BROKEN_MODELS)
def test_no_command_shows_a_traceback_of_a_broken_model(tmp_path: Path, name: str) -> None:
    folder = project(tmp_path, {"ao.toml": PROJECT.encode(), **BROKEN_MODELS[name]})
    assert run(folder, ["check", "--skip", "lint"], ["serve", "--port", "0"])[0] == 1


@pytest.mark.parametrize(
    "name", ["empty-model", pytest.param("no-pickle", marks=pytest.mark.long), "cut-pickle", "missing-package"]
)
def test_init_shows_no_traceback_of_a_broken_model(tmp_path: Path, name: str) -> None:
    (tmp_path / "fit.joblib").write_bytes(BROKEN_MODELS[name]["model.joblib"])
    assert run(tmp_path, ["init", "made", "--model", "fit.joblib"]) == [4]
    assert not (tmp_path / "made").exists()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody listens who does not speak HTTP: he closes every connection."""
    code = (
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\nprint(server.getsockname()[1], flush=True)\n"
        "while True:\n    server.accept()[0].close()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        yield int(other.stdout.readline())
        other.kill()


def test_predict_shows_no_traceback_where_another_program_has_the_port(tmp_path: Path, taken_port: int) -> None:
    folder = project(tmp_path, {})
    assert run(folder, ["predict", "rows.csv", "--url", f"http://127.0.0.1:{taken_port}"]) == [5]


def test_no_command_shows_a_traceback_where_the_port_is_taken(python_project: Path, taken_port: int) -> None:
    command = [*AO, "serve", "--workers", "1", "--port", str(taken_port)]
    with subprocess.Popen(command, cwd=python_project, stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stderr is not None
        said = ""
        while "Ctrl-C stops it." not in said:
            line = serving.stderr.readline()
            assert line, said
            said += line
        serving.send_signal(signal.SIGINT)
        said += serving.stderr.read()
        assert serving.wait(WAIT_SECONDS) == 0
    assert f"Port {taken_port} is taken" in said
    assert "Traceback" not in said
    assert run(python_project, ["config", "--port", str(taken_port)]) == [0]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"x", b"x\n", b"\xff\xfe\x00", b'x,"y\n1,', b"x,x\n1,2\n", b"a\tb\n"]
)
def test_predict_shows_no_traceback_of_any_file(ao: Callable[..., Result], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rows.csv").write_bytes(content)
    ended = ao(*COMMANDS["predict"], folder=tmp_path)
    assert_in_words(ended.output)
    assert ended.exit_code in EXIT_CODES_OF_FAULTS
