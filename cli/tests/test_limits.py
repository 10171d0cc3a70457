"""Looking at a model ends within its limits, in both languages, and keeps what is known by then."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import joblib
import pandas as pd
import pytest
from anops_control.budget import LimitError
from anops_control.examination import Examination
from anops_control.limits import Limits, Watch
from anops_model_interface.exit_codes import ExitCode
from sklearn.linear_model import LinearRegression

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Ao

PYTHON = """
import time

def predict_model(model, data, **options):
    {python}
    return model.predict(data)
"""
R = """
predict_model <- function(model, newdata, ...) {{
  {r}
  predict(model, newdata, ...)
}}
"""
SLOW = {"python": "open({asked!r}, 'w').close(); time.sleep(3600)", "r": "file.create({asked!r}); Sys.sleep(3600)"}
GREEDY = {"python": "held = bytearray(b'1') * 2_000_000_000; time.sleep(5)", "r": "x <- rep(1, 3e8); Sys.sleep(5)"}


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that the model makes; from then on, time flies: no limit is reached before, however slow the machine."""
    file = tmp_path / "asked"
    since: list[float] = []

    def monotonic() -> float:
        now = time.monotonic()
        if not since and file.exists():
            since.append(now)
        return now + (99 * (now - since[0]) if since else 0)

    for module in ("budget", "limits"):
        monkeypatch.setattr(f"anops_control.{module}.time", SimpleNamespace(monotonic=monotonic))
    return file


@pytest.fixture(params=["python", "r"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(language: str, tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    if language == "r":
        subprocess.run(["Rscript", "-e", 'saveRDS(lm(dist ~ speed, cars), "model.rds")'], cwd=folder, check=True)
        return folder / "model.rds"
    joblib.dump(LinearRegression().fit(pd.DataFrame({"speed": [1.0, 2, 3]}), [1, 2, 3.5]), folder / "model.joblib")
    return folder / "model.joblib"


def code_beside(model: Path, **lines: str) -> None:
    text = R.format(**lines) if model.suffix == ".rds" else PYTHON.format(**lines)
    (model.parent / ("model.R" if model.suffix == ".rds" else "model.py")).write_text(text)


def slow_lines(asked: Path) -> dict[str, str]:
    return {language: line.format(asked=str(asked)) for language, line in SLOW.items()}


def test_a_model_that_never_answers_still_gets_a_project(model: Path, tmp_path: Path, ao: Ao, asked: Path) -> None:
    code_beside(model, **slow_lines(asked))
    begin = time.monotonic()
    ended = ao("init", str(tmp_path / "p"), "--model", str(model), "--max-seconds", "900")
    assert (ended.exit_code, time.monotonic() - begin < 900) == (0, True)
    said = ended.output
    assert "it took more than 900 seconds, its limit" in said
    assert "--max-seconds" in said
    assert re.search(r"Looking at the model: \w.* \(\d+ s\)", said)
    assert "speed" in (tmp_path / "p" / "ao.toml").read_text()


def test_a_model_that_takes_too_much_memory_still_gets_a_project(model: Path, tmp_path: Path, ao: Ao) -> None:
    code_beside(model, **GREEDY)
    ended = ao("init", str(tmp_path / "p"), "--model", str(model), "--max-memory-gb", "1.2")
    assert ended.exit_code == 0
    assert "it took more than 1.2 GB of memory, its limit" in ended.output


def test_a_model_that_is_never_loaded_is_told_of(model: Path, tmp_path: Path, ao: Ao, asked: Path) -> None:
    lines = slow_lines(asked)
    text = f"load_model <- function(path) {{ {lines['r']} }}\n"
    if model.suffix != ".rds":
        text = f"import time\n\n\ndef load_model(path):\n    {lines['python']}\n"
    (model.parent / ("model.R" if model.suffix == ".rds" else "model.py")).write_text(text)
    ended = ao("init", str(tmp_path / "p"), "--model", str(model), "--max-seconds", "900")
    assert ended.exit_code == ExitCode.MODEL
    assert "while loading it: it took more than 900 seconds" in ended.output
    assert not (tmp_path / "p").exists()


def test_what_a_process_started_ends_with_it() -> None:
    code = "import subprocess, time; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        with Watch(process.pid, Limits(0.3), lambda _: None) as watch:
            assert process.wait(90) == -9
        assert watch.broken == "0.3 seconds"
    for _ in range(600):
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False)
        if not shown.stdout.strip().removeprefix("Z"):
            return  # it is gone, or only waits to be forgotten
        time.sleep(0.1)
    pytest.fail("the child is still there")


def test_memory_of_children_counts() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = b\"1\" * 400_000_000; input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        with Watch(process.pid, Limits(60, 300_000_000), lambda _: None) as watch:
            process.wait(50)
        assert watch.broken == "0.279 GB of memory"


def test_a_check_ends_at_its_limit_and_tells_what_was_looked_at(
    model: Path, tmp_path: Path, ao: Ao, asked: Path
) -> None:
    project = tmp_path / "p"
    assert ao("init", str(project), "--model", str(model)).exit_code == 0
    code = project / ("model.R" if model.suffix == ".rds" else "model.py")
    text = R if model.suffix == ".rds" else PYTHON
    code.write_text(text.format(**slow_lines(asked)))
    settings = project / "ao.toml"
    settings.write_text(settings.read_text().replace("[service]\n", f'[service]\nwritable = ["{tmp_path}"]\n'))
    begin = time.monotonic()

    ended = ao("check", "--skip", "tests", "--skip", "lint", "--max-seconds", "900", "--json", folder=project)

    assert time.monotonic() - begin < 900
    assert ended.exit_code == ExitCode.PROBLEM
    summary = json.loads(ended.stdout)
    rules = summary["summary"]["rules"]
    assert (rules["structure"], rules["predictions"], rules["independence"]) == ("passed", "failed", "not run")
    (error,) = [found for found in summary["findings"] if found["severity"] == "error"]
    assert "it took more than 900 seconds, its limit" in error["message"]
    assert "--max-seconds" in error["remedy"]


def test_tests_of_a_project_end_at_the_limit_of_the_check(python_project: Path, ao: Ao) -> None:
    (python_project / "tests" / "test_model.py").write_text("import time\n\n\ndef test_slow():\n    time.sleep(600)\n")

    ended = ao("check", "--only", "tests", "--max-seconds", "8", folder=python_project)

    assert ended.exit_code == ExitCode.PROBLEM
    assert "The test run was ended: it took more than 8 seconds" in ended.output


def test_what_was_found_before_the_limit_is_kept() -> None:
    ended = LimitError("Looking at the model", "9 seconds", "trying its options")
    costs = {"memory_bytes": 1, "load_seconds": 1.0, "single_ms": 1.0, "row_ms": 1.0, "batch_rows": 1}

    found = Examination.read({"costs": costs, "failures": {}, "ended": ended})

    assert found.costs is not None
    assert found.costs.batch_rows == 1
    assert {"options", "independence", "description"} < found.unfinished
    assert "costs" not in found.unfinished
