"""`ao sim` as a person types it; what it tells to type works."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from importlib.metadata import EntryPoints
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao

TOML = """
[experiments.odds]
function = "odds.py:half"
parameters.n = [1, 2, 3]
"""
BROKEN = """
def half(n):
    if n == 2:
        raise ValueError("two is odd")
    return n / 2
"""
SUMMED = """
def summed(runs):
    return sum(runs["value"])
"""
WAITING = """
import os, time
def half(n):
    while not os.path.exists("go"):
        time.sleep(0.02)
    return n / 2
"""


def test_an_experiment_goes_as_its_messages_say(ao: Ao, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "odds.py").write_text(BROKEN, encoding="utf-8")
    assert "Run it: ao sim run odds" in ao("sim", "status", "odds", folder=tmp_path).output
    assert "3 parameter sets, 1 replicates of each: 3 runs of odds.py:half; 0 are finished." in ao(
        "sim", "plan", "odds"
    ).output.replace("\n", " ")
    failed = ao("sim", "run", "odds")
    assert failed.exit_code == 1, failed.output
    assert "ValueError: two is odd (parameter set 2, replicate 1)" in failed.output
    assert "odds.py, line 4" in failed.output
    assert "run what failed: ao sim resume odds" in failed.output
    assert "odds: done; 2 done, 0 waiting, 1 failed" in ao("sim", "status").output
    assert "ao sim status odds" in ao("sim", "results", "odds", "--output", "odds.csv").output
    assert (tmp_path / "odds.csv").read_text(encoding="utf-8").startswith("task,point,replicate,seed,n,value,status")
    (tmp_path / "odds.py").write_text(BROKEN.replace("== 2", "== 9"), encoding="utf-8")
    assert "3 runs of `odds` are done" in ao("sim", "resume", "odds").output
    assert "`odds` is not being run" in ao("sim", "cancel", "odds").output
    (tmp_path / "odds.py").write_text(BROKEN.replace("== 2", "== 9") + SUMMED, encoding="utf-8")
    (tmp_path / "ao.toml").write_text(f'{TOML}aggregate = "odds.py:sumed"\n', encoding="utf-8")
    misspelt = " ".join(ao("sim", "run", "odds").output.split())
    assert "There is no function `sumed` in `odds.py`; it has half, summed." in misspelt
    assert "or fix that name, then run it again: ao sim run odds" in misspelt
    (tmp_path / "ao.toml").write_text(f'{TOML}aggregate = "odds.py:summed"\n', encoding="utf-8")
    assert "What was made of each parameter set: " in ao("sim", "run", "odds").output


def test_a_run_is_ended_from_another_terminal_and_goes_on(ao: Ao, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "odds.py").write_text(WAITING, encoding="utf-8")
    command = [sys.executable, "-m", "ao", "sim", "run", "odds"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        try:
            while not status(ao, tmp_path).get("running"):
                assert running.poll() is None
                time.sleep(0.1)
            assert "go on with it: ao sim resume odds" in ao("sim", "cancel", "odds").output.lower()
            _, said = running.communicate(timeout=300)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "0 runs are kept. Go on with it: ao sim resume odds" in said
    (tmp_path / "go").touch()
    assert ao("sim", "resume", "odds").exit_code == 0


def status(ao: Ao, folder: Path) -> dict[str, Any]:
    told = json.loads(ao("sim", "status", "--json", folder=folder).stdout)["experiments"]
    return told[0] if told else {}


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('function = "odds"', "must name a function as `file.R:function`"),
        (
            'function = "o.R:f"\nparameters.a = { min = 2, max = 1 }',
            "`a` must have a `min` that is less",
        ),
        ('function = "o.R:f"\nparameters.a = [nan]', "`a` must be a finite number, not nan"),
        ('function = "o.R:f"\ndesign = "lhs"', "must say how many `points` its design `lhs` draws"),
        ('function = "o.R:f"\nfunktion = 1', "`experiments.odds.funktion` is not known"),
        ('function = "o.R:f"\nmemory = "lots"', "must be an amount such as `2 GB`"),
    ],
)
def test_what_is_wrong_in_ao_toml_is_told(ao: Ao, tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "ao.toml").write_text(f"[experiments.odds]\n{toml}\n", encoding="utf-8")
    refused = ao("sim", "run", "odds", folder=tmp_path)
    assert refused.exit_code == 3
    assert said in " ".join(refused.output.split())


CALIBRATION = """
[calibrations.slope]
function = "odds.py:rise"
parameters.b = { min = 0.0, max = 4.0 }
parameters.kind = "line"
targets.y = { observed = [2.0, 4.0], loss = "normal", sd = 0.5 }
replicates = 2
trials = 8
refine = 6
sampler = "random"
workers = 1
"""
RISING = """
def rise(b, kind, rng):
    return {"y": {"value": b * rng.normal([1, 2], 0.1)}}
"""


def test_a_calibration_shows_what_fits_and_how_sure_it_is(ao: Ao, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(CALIBRATION, encoding="utf-8")
    (tmp_path / "odds.py").write_text(RISING, encoding="utf-8")
    shown = ao("sim", "calibrate", "slope", folder=tmp_path)
    assert shown.exit_code == 0, shown.output
    found = re.search(r"b = (\S+)  \(90% interval (\S+) to (\S+)\)", shown.output)
    assert found is not None, shown.output
    estimate, low, high = map(float, found.groups())
    assert low < 2 < high
    assert abs(estimate - 2) < 0.5
    again = ao("sim", "calibrate", "slope", "--json")  # nothing is left to do
    (told,) = json.loads(again.stdout)["estimates"]
    assert told["estimate"] == pytest.approx(estimate, rel=1e-3)
    assert "Did you mean `slope`?" in ao("sim", "calibrate", "slop").output


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("targets.y = 3", "`y` must be a table such as { observed = 312 }"),
        ("targets.y = { loss = 'normal' }", "either `observed` or the CSV `file` that holds it"),
        ("targets.y = { observed = 'x' }", "`y.observed` must be a number or a list of numbers"),
        ("targets.y = { observed = 1, los = 'x' }", "`y.los` is not known"),
        ("targets.y = { observed = 1, loss = 'x' }", "`y.loss` must be one of simulated, normal"),
        ("targets.y = { observed = 1, weight = 0 }", "`y.weight` must be a number above 0"),
        ("targets = {}", "must name at least one target"),
    ],
)
def test_what_is_wrong_of_a_calibration_is_told(ao: Ao, tmp_path: Path, line: str, said: str) -> None:
    lines = [line if each.startswith("targets") else each for each in CALIBRATION.splitlines()]
    (tmp_path / "ao.toml").write_text("\n".join(lines), encoding="utf-8")
    refused = ao("sim", "calibrate", "slope", folder=tmp_path)
    assert refused.exit_code == 3
    assert said in " ".join(refused.output.split())


def test_an_experiment_that_is_not_there_is_told_with_the_nearest(ao: Ao, tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(TOML, encoding="utf-8")
    assert "Did you mean `odds`?" in ao("sim", "plan", "odd", folder=tmp_path).output


def test_without_the_extra_the_line_that_adds_it_is_printed(
    ao: Ao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: EntryPoints(()))
    lacking = ao("sim", "status", folder=tmp_path)
    assert lacking.exit_code == 3
    assert "→ Run: ao extra add experiments" in lacking.output
