"""Tasks as a pipeline: parameters, where to begin, retries, time limits, datasets, and debugging."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.verbs.run import RunRequest, run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
[project]
name = "cars"
language = "python"
[model]
artifact = "model.joblib"
"""
AO = [sys.executable, "-P", "-m", "ao"]
CHAIN = """
[tasks.get]
run = "echo got >> log; echo $rows > data.csv"
makes = ["data.csv"]
parameters = { rows = 10, wide = true }
[tasks.fit]
run = "echo fitted $rows $depth >> log; cat data.csv > model.joblib"
needs = ["data.csv"]
makes = ["model.joblib"]
parameters = { rows = 1, depth = 0.5 }
[tasks.report]
run = "echo reported >> log"
after = ["fit"]
"""
CLEAN = """
[tasks.clean]
run = "sh clean.sh"
datasets = { sales = "clean.csv" }
parameters = { rows = 3 }
[tasks.fit]
run = "ao data pull sales --output got.csv --force; cp got.csv model.joblib"
needs = ["data:sales"]
makes = ["model.joblib"]
"""


def ao(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AO, *words], cwd=folder, capture_output=True, text=True, check=False)


def written(folder: Path, tasks: str) -> Path:
    (folder / "ao.toml").write_text(HEAD + tasks, encoding="utf-8")
    return folder


def test_parameters_are_set_for_all_tasks_or_one(tmp_path: Path) -> None:
    folder = written(tmp_path, CHAIN)
    words = ("run", "fit", "--set", "rows=20", "--set", "fit.rows=3", "--set", "depth=2")
    done = ao(folder, *words)
    assert done.returncode == 0, done.stderr
    assert (folder / "data.csv").read_text() == "20\n"
    assert (folder / "log").read_text() == "got\nfitted 3 2.0\n"
    assert "get: up to date" in ao(folder, *words).stderr
    assert "its definition" in ao(folder, "run", "get", "--dry-run").stdout


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"values": ("rwos=1",)}, "Did you mean `--set rows=…`?"),
        ({"values": ("fit.wide=1",)}, "Task `fit` has no parameter `wide`."),
        ({"values": ("rows=many",)}, "must be a whole number, not `many`"),
        ({"values": ("wide=1",)}, "must be true or false, not `1`"),
        ({"values": ("rows",)}, "Write a key and its value"),
        ({"begin": "reprot"}, "Did you mean `--from report`?"),
        ({"begin": "fit", "only": True}, "one can be meant"),
    ],
)
def test_what_can_not_be_meant_is_told(asked: dict[str, Any], said: str, tmp_path: Path) -> None:
    request = RunRequest(folder=written(tmp_path, CHAIN), tasks=("report",), **asked)
    with pytest.raises(CommandError) as failed:
        run(request, Events())
    assert said in f"{failed.value.message} {failed.value.remedy}"
    assert not (tmp_path / "log").exists()


def test_a_person_begins_behind_what_is_done(tmp_path: Path) -> None:
    folder = written(tmp_path, CHAIN)
    (folder / "data.csv").write_text("by hand\n")
    done = ao(folder, "run", "report", "--from", "fit")
    assert done.returncode == 0, done.stderr
    assert "get: taken as done." in done.stderr
    assert (folder / "log").read_text().splitlines() == ["fitted 1 0.5", "reported"]
    assert ao(folder, "run", "report", "--only").returncode == 0
    assert (folder / "log").read_text().splitlines()[2:] == ["reported"]


def test_a_task_that_fails_is_run_again_but_not_for_ever(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        """
        [tasks.third]
        run = "echo once >> log; test $(wc -l < log) -ge 3"
        retries = 3
        retry_seconds = 0.01
        [tasks.never]
        run = "echo once >> never; false"
        retries = 2
        retry_seconds = 0.01
        """,
    )
    done = ao(folder, "run", "third")
    assert done.returncode == 0
    assert "again in 0.01 s (1 of 3)" in done.stderr
    assert "again in 0.02 s (2 of 3)" in done.stderr
    assert ao(folder, "run", "never").returncode == 1
    assert (folder / "never").read_text().count("once") == 3


def test_a_task_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    folder = written(tmp_path, '[tasks.slow]\nrun = "sleep 600 & wait"\nmax_seconds = 0.3\n')
    done = ao(folder, "run", "slow")
    assert done.returncode == 1
    assert "ended after the 0.3 s it may take" in done.stderr
    assert "raise `max_seconds`" in done.stderr


def test_what_a_task_makes_becomes_a_version_of_a_dataset(tmp_path: Path) -> None:
    folder = written(tmp_path, CLEAN)
    (folder / "clean.sh").write_text('printf "x,y\\n1,2\\n%s,4\\n" $rows > clean.csv\n')
    done = ao(folder, "run", "fit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "clean: dataset `sales`, version " in done.stderr
    assert ao(folder, "run", "fit").stderr.count("up to date") == 2
    changed = ao(folder, "run", "fit", "--set", "rows=5")
    assert changed.returncode == 0, changed.stderr
    assert (folder / "model.joblib").read_text() == "x,y\n1,2\n5,4\n"
    listed = json.loads(ao(folder, "data", "list", "--json").stdout)
    assert [each["versions"] for each in listed["datasets"]] == [2]
    back = ao(folder, "run", "fit")
    assert (back.returncode, (folder / "model.joblib").read_text()) == (1, "x,y\n1,2\n5,4\n")
    assert "which is not the latest" in back.stderr
    said = " ".join(back.stderr.split())
    assert "Tasks that read `sales` would get version" in said
    remedy = re.search(r"ao data remove sales --version \S+", said)
    assert remedy, said
    assert ao(folder, *remedy[0].split()[1:], "--yes").returncode == 0
    assert ao(folder, "run", "fit").returncode == 0
    assert (folder / "model.joblib").read_text() == "x,y\n1,2\n3,4\n"
    (folder / "clean.sh").write_text('printf "x,z\\n1,2\\n" > clean.csv\n')
    broken = ao(folder, "run", "clean", "--force")
    assert broken.returncode == 1
    assert "breaks the contract of `sales`" in broken.stderr
    assert "`y`" in broken.stderr
    assert "ao data add FILE --name NAME --accept" in broken.stderr
    assert ao(folder, "data", "add", "clean.csv", "--name", "sales", "--accept").returncode == 0


def test_a_dataset_that_is_not_there_is_added_as_the_message_says(tmp_path: Path) -> None:
    folder = written(tmp_path, '[tasks.fit]\nrun = "echo 1 > model.joblib"\nneeds = ["data:sales"]\n')
    missing = ao(folder, "run", "fit")
    assert "there is no such dataset" in missing.stderr
    assert "ao data add FILE --name sales" in " ".join(missing.stderr.split())
    (folder / "rows.csv").write_text("x\n1\n")
    assert ao(folder, "data", "add", "rows.csv", "--name", "sales").returncode == 0
    assert ao(folder, "run", "fit").returncode == 0


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_task_is_debugged_by_the_command_that_runs_it(language: str, tmp_path: Path) -> None:
    code = {
        "python": ("fit.py", "python", "import sys\nkept = 6 * 7\nbreakpoint()\nprint('end', sys.argv[1])\n"),
        "r": ("fit.R", "Rscript --vanilla", "kept <- 6 * 7\nbrowser()\ncat('end', commandArgs(TRUE)[1], '\\n')\n"),
    }
    file, program, text = code[language]
    folder = written(tmp_path, f'[tasks.fit]\nrun = "{program} {file} $rows"\nparameters = {{ rows = 10 }}\n')
    (folder / file).write_text(text)
    if language == "python":
        assert "ao run TASK --debug" in ao(folder, "run", "--debug").stderr
    words = [*AO[1:], "run", "fit", "--debug", "--set", "rows=77"]
    terminal = pexpect.spawn(AO[0], words, cwd=str(folder), timeout=120, encoding="utf-8")
    terminal.expect(r"\(Pdb\) " if language == "python" else r"Browse\[\d\]> ")
    terminal.sendline("kept")
    terminal.expect("42")
    terminal.sendline("c")
    terminal.expect("end 77")
    terminal.expect("All steps have run")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
