"""Real projects, and `ao` run in this process or as a person would."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from ao.app import app
from typer.testing import CliRunner, Result

Ao = Callable[..., Result]
MakeProject = Callable[[str], Path]

AO_TOML = """\
[project]
name = "cars"
language = "python"

[model]
artifact = "model.joblib"

[model.inputs]
wt = "number"
"""


CODE = '''\
"""A model that loads in no time."""

import json
from pathlib import Path


def load_model(path):
    return json.loads(Path(path).read_text())


def predict_model(model, data, **options):
    return model["intercept"] + model["slope"] * data["petal width (cm)"]
'''


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c() -> None:
    """Take Ctrl-C as in a terminal: what a shell starts in its background ignores it, and so would all from here."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def ao(monkeypatch: pytest.MonkeyPatch) -> Ao:
    """Run `ao` in this process: `ao("check", "--json", folder=project)`."""
    for name in ("ANOPS_PORT", "ANOPS_WORKERS", "ANOPS_MAX_BATCH_ROWS", "ANOPS_DEADLINE_SECONDS", "AO_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, folder: Path | None = None, env: dict[str, str] | None = None) -> Result:
        if folder is not None:
            monkeypatch.chdir(folder)
        result = CliRunner().invoke(app, list(arguments), env=env)
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Make a folder that holds nothing but the given ao.toml."""

    def make(text: str = AO_TOML) -> Path:
        (tmp_path / "ao.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return make


@pytest.fixture(scope="session")
def fitted_python_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete Python project; tests work on a copy of it."""
    folder = tmp_path_factory.mktemp("python-project")
    (folder / "model.json").write_text('{"intercept": 1.25, "slope": 2.5}')
    (folder / "ao.toml").write_text(
        """\
[project]
name = "petals"
language = "python"

[model]
artifact = "model.json"
code = "model.py"

[model.inputs]
"sepal length (cm)" = "number"
"petal width (cm)" = "number"

[model.outputs]
prediction = "number"
"""
    )
    (folder / "model.py").write_text(CODE)
    write_reference(
        folder, {"sepal length (cm)": [5.1, 4.9], "petal width (cm)": [0.2, 1.4]}, {"prediction": [1.75, 4.75]}
    )
    (folder / "tests" / "test_model.py").write_text("def test_addition():\n    assert 1 + 1 == 2\n")
    return folder


@pytest.fixture
def python_project(fitted_python_project: Path, tmp_path: Path) -> Path:
    """A complete Python project that passes every check."""
    return Path(copytree(fitted_python_project, tmp_path / "petals"))


@pytest.fixture(scope="session")
def fitted_r_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete R project; tests work on a copy of it."""
    folder = tmp_path_factory.mktemp("r-project")
    code = (
        'model <- lm(mpg ~ wt, mtcars); saveRDS(model, "model.rds"); '
        "cat(jsonlite::toJSON(unname(predict(model, data.frame(wt = c(2, 3)))), digits = NA))"
    )
    answered = subprocess.run(["Rscript", "-e", code], cwd=folder, check=True, capture_output=True, text=True)
    (folder / "ao.toml").write_text(
        """\
[project]
name = "cars"
language = "r"

[model]
artifact = "model.rds"
code = "model.R"

[model.inputs]
wt = "number"

[model.outputs]
prediction = "number"
"""
    )
    (folder / "model.R").write_text("load_model <- function(path) readRDS(path)\n")
    write_reference(folder, {"wt": [2, 3]}, {"prediction": json.loads(answered.stdout)})
    (folder / "tests" / "testthat").mkdir()
    (folder / "tests" / "testthat" / "test-model.R").write_text(
        'test_that("addition works", {\n  expect_equal(1 + 1, 2)\n})\n'
    )
    return folder


@pytest.fixture
def r_project(fitted_r_project: Path, tmp_path: Path) -> Path:
    """A complete R project that passes every check."""
    return Path(copytree(fitted_r_project, tmp_path / "cars"))


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has nothing installed, not even pip."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def wait_until_gone() -> Callable[[int], None]:
    """Wait until a process has ended; one that ended and was not collected yet has."""

    def wait(pid: int) -> None:
        end = time.monotonic() + 60
        while True:
            state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
            if not state.stdout.strip() or state.stdout.startswith("Z"):
                return
            assert time.monotonic() < end, f"process {pid} still runs"
            time.sleep(0.02)

    return wait


def write_reference(folder: Path, rows: dict[str, Any], predictions: dict[str, Any]) -> None:
    (folder / "tests").mkdir(exist_ok=True)
    reference = {"rows": {"columns": rows}, "predictions": {"columns": predictions}, "options": {}}
    (folder / "tests" / "reference.json").write_text(json.dumps(reference))
