"""`ao schedule` as a person types it: times shown, what is due run, missed, left out, stopped, exported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoints
from typing import TYPE_CHECKING, Any

import pytest
from anops_schedules.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Ao, MakeProject

TOML = """\
[project]
name = "cars"
language = "python"

[model]
artifact = "model.joblib"

[tasks.say]
run = "echo said >> said.txt && echo hello"

[tasks.wait]
run = "touch begun; while [ ! -e go ]; do sleep 0.1; done"

[schedules.nightly]
at = "30 2 * * 1-5"
time_zone = "Europe/Brussels"
task = "say"
description = "Say it"

[schedules.yearly]
at = "0 0 1 1 *"
task = "wait"
"""


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project(TOML)


@pytest.fixture
def started(project: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `ao schedule start` as a process; whatever is left is ended."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "ao", "schedule", "start", "--yes", *words]
        process = subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        running.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            if "The schedules run." in line:
                break
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def told(ao: Ao, *words: str) -> dict[str, Any]:
    answer = ao("schedule", *words, "--json")
    return dict(json.loads(answer.stdout))


def missed_since(project: Path, moment: datetime) -> None:
    """Let the schedules have begun at a moment, as if nobody had run them since."""
    store = Store(project / ".anops" / "schedules")
    store.begin({"nightly": "30 2 * * 1-5 Europe/Brussels", "yearly": "0 0 1 1 * UTC"}, moment)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_next_ten_times_are_shown_before_anything_is_kept(ao: Ao, project: Path) -> None:
    shown = ao("schedule", "start", "--dry-run", folder=project)
    assert "nightly: run say; At 02:30 on Monday through Friday (30 2 * * 1-5, Europe/Brussels)" in shown.stdout
    assert sum(line.startswith("  ") for line in shown.stdout.splitlines()) == 20
    assert "02:30 +0" in shown.stdout
    assert not (project / ".anops").exists()
    assert [len(each["next"]) for each in told(ao, "next")["schedules"]] == [10, 10]


def test_a_schedule_goes_as_its_messages_say(ao: Ao, project: Path) -> None:
    listed = ao("schedule", "list", folder=project)
    assert "They are not being run: ao schedule start" in listed.output
    assert "No schedule has run here yet." in ao("schedule", "history").output
    assert "The schedules of this project are not running." in ao("schedule", "stop").output
    ran = ao("schedule", "run", "nightly")
    assert (ran.exit_code, "`nightly` is done." in ran.output) == (0, True)
    assert (project / "said.txt").read_text() == "said\n"
    (run,) = told(ao, "history")["runs"]
    assert (run["id"], run["state"], run["cause"], run["due"]) == (1, "done", "asked", None)
    assert "hello" in ao("schedule", "history", "--run", "1").stdout
    lacking = ao("schedule", "history", "--run", "7")
    assert "ao schedule history" in lacking.output
    assert lacking.exit_code == 2


def test_a_run_that_fails_says_so_and_keeps_its_log(ao: Ao, make_project: MakeProject) -> None:
    folder = make_project(TOML.replace("echo said >> said.txt && echo hello", "echo oh no; exit 3"))
    failed = ao("schedule", "run", "nightly", folder=folder)
    assert failed.exit_code == 1
    assert "`nightly` failed: " in failed.output
    assert "See its log: ao schedule history --run 1" in failed.output
    assert "oh no" in ao("schedule", "history", "--run", "1").stdout


def test_times_that_were_missed_are_made_up_for_by_one_run(ao: Ao, project: Path) -> None:
    missed_since(project, datetime.now(UTC) - timedelta(days=15))
    ended = ao("schedule", "start", "nightly", "--once", "--yes", "--json", folder=project)
    (run,) = json.loads(ended.stdout)["runs"]
    assert (run["state"], run["cause"]) == ("done", "missed")
    assert run["missed"] >= 9
    assert (project / "said.txt").read_text() == "said\n"
    again = ao("schedule", "start", "nightly", "--once", "--yes", "--json")
    assert json.loads(again.stdout)["runs"] == []


def test_times_that_were_missed_are_left_out_where_that_is_said(ao: Ao, make_project: MakeProject) -> None:
    folder = make_project(TOML.replace('description = "Say it"', 'missed = "skip"'))
    missed_since(folder, datetime.now(UTC) - timedelta(days=15))
    ao("schedule", "start", "nightly", "--once", "--yes", folder=folder)
    (run,) = told(ao, "history")["runs"]
    assert run["state"] == "missed"
    assert not (folder / "said.txt").exists()


def test_one_runner_runs_them_and_is_stopped_with_its_runs(
    ao: Ao, project: Path, started: Callable[..., subprocess.Popen[str]]
) -> None:
    missed_since(project, datetime.now(UTC) - timedelta(days=400))
    runner = started("yearly")
    until((project / "begun").exists)
    second = ao("schedule", "start", "--yes", folder=project)
    assert "are running already" in second.output
    assert "Run: ao schedule stop" in second.output
    left_out = ao("schedule", "run", "yearly")
    assert (left_out.exit_code, "was left out: The previous run had not ended." in left_out.output) == (0, True)
    assert told(ao, "list")["running"]
    assert "The schedules are stopped." in ao("schedule", "stop").output
    assert runner.wait(120) == 0
    assert [run["state"] for run in told(ao, "history", "yearly")["runs"]] == ["skipped", "interrupted"]


def test_what_a_crash_cut_off_is_said_and_not_run_again(
    ao: Ao, project: Path, started: Callable[..., subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_schedules.adapter._BEGINS_SECONDS", 0)
    missed_since(project, datetime.now(UTC) - timedelta(days=400))
    runner = started("yearly")
    until((project / "begun").exists)
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait(120)
    monkeypatch.chdir(project)
    until(lambda: told(ao, "history")["runs"][0]["state"] == "interrupted")
    again = ao("schedule", "start", "yearly", "--once", "--yes", "--json")
    assert json.loads(again.stdout)["runs"] == []


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('at = "30 2 * * 1-5"', 'at = "0 0 30 2 *"', "Schedule `nightly`: `0 0 30 2 *` never comes"),
        ('at = "30 2 * * 1-5"', 'at = "@daily"', "must be five fields"),
        ("Europe/Brussels", "Europe/Brusels", "must be the name of a time zone"),
        ('task = "say"', 'task = "sya"', "Did you mean `say`?"),
        ('task = "say"', 'verb = "serve"', "`serve` is nothing that a schedule can do."),
        ('task = "say"', 'verb = "train"\nrequest = { foo = 1 }', "`foo` is not known."),
        ('task = "say"', "", "must name either a `task` or a `verb`"),
    ],
)
def test_a_schedule_that_can_not_be_done_is_refused(
    ao: Ao, make_project: MakeProject, written: str, instead: str, said: str
) -> None:
    refused = ao("schedule", "start", "--yes", folder=make_project(TOML.replace(written, instead)))
    assert refused.exit_code not in {0, 1}
    assert said in " ".join(refused.output.split())


def test_times_are_tried_before_they_are_written(ao: Ao, project: Path) -> None:
    tried = ao("schedule", "next", "--at", "0 9 * * 1", "--zone", "Asia/Tokyo", "-n", "2", folder=project)
    lines = tried.stdout.splitlines()
    assert lines[0] == "At 09:00 on Monday (0 9 * * 1, Asia/Tokyo)"
    assert [line.split()[0] + line.split()[-1] for line in lines[1:]] == ["Mon+0900", "Mon+0900"]


def test_without_a_schedule_the_help_shows_one(ao: Ao, make_project: MakeProject) -> None:
    nothing = ao("schedule", "list", folder=make_project(TOML.partition("[schedules")[0]))
    assert "`ao schedule list --help` shows one." in nothing.output
    assert "[schedules.nightly]" in ao("schedule", "list", "--help").output


def test_without_the_extra_the_line_that_adds_it_is_printed(
    ao: Ao, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: EntryPoints())
    lacking = ao("schedule", "list", folder=project)
    assert (lacking.exit_code, "Run: ao extra add schedules" in lacking.output) == (3, True)
