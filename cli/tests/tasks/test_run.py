"""`ao run` as a person uses it: in a process of its own, with real commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from anops_project.recorded import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """
[project]
name = "cars"
language = "python"
[model]
artifact = "model.joblib"
"""
AO = [sys.executable, "-P", "-m", "ao"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path


def write(project: Path, tasks: str) -> None:
    (project / "ao.toml").write_text(HEAD + tasks, encoding="utf-8")


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def ao(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AO, "run", *arguments], cwd=project, capture_output=True, text=True, check=False)


def test_tasks_run_in_order_and_are_skipped_while_nothing_changes(project: Path) -> None:
    write(
        project,
        """
        [tasks.train]
        run = ["echo fit", "cat data.csv > model.joblib"]
        needs = ["data.csv"]
        makes = ["model.joblib"]
        [tasks.data]
        run = "echo 1 > data.csv"
        makes = ["data.csv"]
        """,
    )
    first = ao(project, "train")
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [
        "data  │ $ echo 1 > data.csv",
        "train │ $ echo fit",
        "train │ fit",
        "train │ $ cat data.csv > model.joblib",
    ]

    second = ao(project, "train")
    assert second.stdout == ""
    assert second.stderr.splitlines() == ["✔ data: up to date, skipped.", "✔ train: up to date, skipped."]

    forced = ao(project, "train", "--force")
    assert "train: runs, since you said --force." in forced.stderr
    assert "data: up to date" in forced.stderr

    (project / "data.csv").write_text("2\n", encoding="utf-8")
    third = ao(project, "train")
    assert "data: runs, since `data.csv` is not as this task made it." in third.stderr
    assert "train: up to date" in third.stderr


def test_the_model_that_a_task_makes_is_taken_in(project: Path) -> None:
    tasks = """
        [tasks.train]
        run = "echo fit again > model.joblib"
        makes = ["model.joblib"]
        [tasks.other]
        run = "echo by somebody > model.joblib; echo 1 > table.csv"
        makes = ["table.csv"]
        """
    (project / "ao.toml").write_text(f'{HEAD}sha256 = "{"0" * 64}" # of that file\n{tasks}', encoding="utf-8")
    assert ao(project, "train").returncode == 0
    made = sha256_of(project / "model.joblib")
    assert f'sha256 = "{made}" # of that file\n' in (project / "ao.toml").read_text()
    assert ao(project, "other").returncode == 0
    assert f'sha256 = "{made}"' in (project / "ao.toml").read_text()


def test_failing_step_is_named_its_dependents_stop_and_others_finish(project: Path) -> None:
    write(
        project,
        """
        [tasks.train]
        run = ["true", "echo no >&2; exit 3", "touch never"]
        [tasks.release]
        run = "touch never"
        after = ["train"]
        [tasks.publish]
        run = "touch never"
        after = ["release", "docs"]
        [tasks.docs]
        run = "sleep 0.5; touch docs"
        """,
    )
    ended = ao(project, "publish", "--jobs", "2")

    assert ended.returncode == 1
    assert "train   │ no" in ended.stdout
    assert ended.stderr.splitlines()[-3:] == [
        "✖ task train, step 2 of 3: echo no >&2; exit 3, exit 3",
        "• `release` was not started, since `train` must come first.",
        "• `publish` was not started, since `release` must come first.",
    ]
    assert (project / "docs").exists()
    assert not (project / "never").exists()


def test_failed_task_runs_again(project: Path) -> None:
    write(project, '[tasks.a]\nrun = "cp in out; test -e ok"\nneeds = ["in"]\nmakes = ["out"]\n')
    (project / "in").touch()
    assert ao(project, "a").returncode == 1

    (project / "ok").touch()
    again = ao(project, "a")
    assert again.returncode == 0
    assert "it has not succeeded yet" in again.stderr


def test_first_failing_command_of_a_step_ends_it(project: Path) -> None:
    write(project, '[tasks.a]\nrun = """\nfalse\ntouch never\n"""\n')

    ended = ao(project, "a")

    assert ended.returncode == 1
    assert "✖ task a, step 1 of 1: false …, exit 1" in ended.stderr
    assert not (project / "never").exists()


def test_independent_tasks_run_side_by_side(project: Path) -> None:
    meet = "touch {0}; for i in $(seq 100); do test -e {1} && exit 0; sleep 0.05; done; exit 1"
    write(
        project,
        f'[tasks.a]\nrun = "{meet.format("a", "b")}"\n[tasks.b]\nrun = "{meet.format("b", "a")}"\n'
        '[tasks.all]\nafter = ["a", "b"]\n',
    )

    assert ao(project, "all", "--jobs", "2").returncode == 0


def test_task_that_does_not_make_what_it_says_fails(project: Path) -> None:
    write(project, '[tasks.a]\nrun = "true"\nmakes = ["model.joblib"]\n')

    ended = ao(project, "a")

    assert ended.returncode == 1
    assert "✖ task a, it must make `model.joblib`, and did not" in ended.stderr
    assert "→ Fix the command, or the names in `makes`." in ended.stderr


def test_program_that_is_not_there_has_a_remedy(project: Path) -> None:
    write(project, '[tasks.a]\nrun = "no-such-program-anywhere"\n')

    assert "→ Install the program that was not found" in ao(project, "a").stderr


def test_steps_get_this_ao_the_projects_python_and_their_variables(project: Path) -> None:
    own = project / "own" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    (project / "copy.py").write_text("raise SystemExit('the wrong module')", encoding="utf-8")
    (project / "ao.toml").write_text(
        HEAD.replace("[model]", 'python = "own/bin/python"\n[model]')
        + """
        [tasks.a]
        run = ["ao --version", "cat $(which python)", "echo $WORD; pwd"]
        env = { WORD = "hello" }
        """,
        encoding="utf-8",
    )
    environ = {**os.environ, "PATH": "/usr/bin:/bin"}

    ended = subprocess.run([*AO, "run", "a"], cwd=project, env=environ, capture_output=True, text=True, check=False)

    lines = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stderr
    assert lines[1].startswith("a │ ao ")
    assert f'a │ exec {own} "$@"' in lines
    assert lines[-2:] == ["a │ hello", f"a │ {project.resolve()}"]


def test_list_tells_state_reason_and_description(project: Path) -> None:
    write(project, '[tasks.fit]\nrun = "touch m"\nmakes = ["m"]\ndescription = "Fit [it]"\n[tasks.hi]\nrun = "echo"\n')
    listed = ao(project).stdout
    assert "fit   must run  `m` is not there" in listed
    assert "Fit [it]" in listed

    ao(project, "fit")
    tasks = json.loads(ao(project, "--json").stdout)["tasks"]
    assert [(each["name"], each["state"]) for each in tasks] == [("fit", "up to date"), ("hi", "must run")]


def test_project_without_tasks_says_how_to_add_one(project: Path) -> None:
    write(project, "")

    ended = ao(project)

    assert ended.returncode == 0
    assert "There are no tasks in ao.toml yet." in ended.stderr


def test_dry_run_runs_nothing_and_leaves_nothing(project: Path) -> None:
    write(project, '[tasks.a]\nrun = "touch x"\nmakes = ["x"]\n[tasks.b]\nrun = "touch y"\nneeds = ["x"]\n')

    ended = ao(project, "b", "--dry-run")

    assert ended.returncode == 0
    assert "`x` is not there" in ended.stdout
    assert sorted(path.name for path in project.iterdir()) == ["ao.toml"]


def test_json_tells_each_event(project: Path) -> None:
    write(project, '[tasks.a]\nrun = ["echo hi", "exit 4"]\n')

    ended = ao(project, "a", "--json")

    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [event["event"] for event in events] == ["starting", "step", "line", "step", "ended"]
    assert (events[-1]["ending"], events[-1]["step"], events[-1]["exit_code"]) == ("failed", 2, 4)
    assert ended.returncode == 1


def test_unknown_task_suggests_the_nearest(project: Path) -> None:
    write(project, '[tasks.train]\nrun = "true"\n')

    ended = ao(project, "trian")

    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["✖ There is no task `trian` in ao.toml.", "→ Did you mean `ao run train`?"]


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        (
            '[tasks.a]\nrun = "x"\nneeds = [\n  "n.csv",\n]\n',
            "ao.toml:10:3: Task `a` needs `n.csv`: there is no such file",
        ),
        (
            '[tasks.a]\nrun = "x"\nmakes = ["m"]\n[tasks.b]\nrun = "x"\nmakes = ["m"]\n',
            "ao.toml:12:10: Tasks `a` and `b` both make `m`",
        ),
        (
            '[tasks.a]\nrun = "x"\nneeds = ["m"]\nmakes = ["m"]\n',
            "ao.toml:9:10: Task `a` needs `m`, which it makes itself.",
        ),
        (
            '[tasks.a]\nrun = "x"\nneeds = ["m"]\nmakes = ["k"]\n[tasks.b]\nrun = "x"\nneeds = ["k"]\nmakes = ["m"]\n',
            "The tasks wait for each other in a circle: ",
        ),
    ],
)
def test_tasks_that_cannot_run_are_told_with_their_line(project: Path, tasks: str, message: str) -> None:
    write(project, tasks)

    ended = ao(project, "a")

    assert ended.returncode == 3
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_every_child_and_starts_nothing_more(
    project: Path, number: signal.Signals, wait_until_gone: Callable[[int], None]
) -> None:
    write(
        project,
        """
        [tasks.a]
        run = "/bin/sh -c 'echo $$; exec sleep 60'; true"
        makes = ["m"]
        [tasks.b]
        run = "touch never"
        after = ["a"]
        """,
    )
    with subprocess.Popen(
        [*AO, "run", "b"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("a │ $")
        pid = int(process.stdout.readline().split("│")[1])
        process.send_signal(number)
        _, said = process.communicate(timeout=120)

    assert process.returncode == 130
    assert "Stopped: a, b." in said
    assert "Traceback" not in said
    assert not (project / "never").exists()
    wait_until_gone(pid)


def test_two_runs_of_a_task_at_once_make_it_once(project: Path) -> None:
    write(
        project,
        """
        [tasks.train]
        run = "echo fit >> fits; while ! test -e go; do sleep 0.05; done; echo 1 > model.joblib"
        makes = ["model.joblib"]
        """,
    )
    logs = [project / "first.log", project / "second.log"]
    both = []
    for log in logs:
        with log.open("w") as file:
            both.append(subprocess.Popen([*AO, "run", "train"], cwd=project, stdout=subprocess.DEVNULL, stderr=file))

    def waits(log: Path) -> bool:
        return "train: waits, since another `ao run` runs it." in log.read_text(encoding="utf-8")

    try:
        wait_until(lambda: any(map(waits, logs)))
    finally:
        (project / "go").touch()
    assert [each.wait(120) for each in both] == [0, 0]
    assert (project / "fits").read_text(encoding="utf-8") == "fit\n"
    (waited,) = [log for log in logs if waits(log)]
    assert "train: up to date, skipped." in waited.read_text(encoding="utf-8")


def test_a_task_that_would_run_itself_is_refused(project: Path) -> None:
    write(
        project,
        """
        [tasks.train]
        run = "ao run all"
        [tasks.all]
        after = ["train"]
        """,
    )
    ended = ao(project, "train")
    assert ended.returncode == 1
    assert "Task `train` would run itself: one of its steps calls `ao run`" in ended.stdout + ended.stderr
