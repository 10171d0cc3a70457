"""When a task must run, by the contents of its files."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from anops_control.tasks.definition import Task
from anops_control.tasks.files import digests
from anops_control.tasks.graph import Graph
from anops_control.tasks.plan import FORCED, outlook, reason_to_run
from anops_control.tasks.state import Record, State

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = Task("train", ("fit",), needs=("data/*.csv", "train.R"), makes=("model.rds",))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name in ("data/a.csv", "train.R", "model.rds"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def record(task: Task, folder: Path) -> Record:
    return Record(task.definition(), digests(task.needs, folder, leave_out=task.makes), digests(task.makes, folder))


def test_nothing_changed_is_up_to_date(project: Path) -> None:
    before = record(TRAIN, project)
    os.utime(project / "train.R", (1, 1))

    assert reason_to_run(TRAIN, project, before) is None


def test_task_that_never_ended_well_must_run(project: Path) -> None:
    assert reason_to_run(TRAIN, project, None) == "it has not succeeded yet"


def test_changed_need_is_named(project: Path) -> None:
    before = record(TRAIN, project)
    (project / "train.R").write_text("new", encoding="utf-8")

    assert reason_to_run(TRAIN, project, before) == "`train.R` changed"


def test_new_file_of_a_pattern_is_named(project: Path) -> None:
    before = record(TRAIN, project)
    (project / "data/b.csv").touch()

    assert reason_to_run(TRAIN, project, before) == "`data/b.csv` is new"


def test_file_gone_from_a_pattern_is_named(project: Path) -> None:
    (project / "data/b.csv").touch()
    before = record(TRAIN, project)
    (project / "data/b.csv").unlink()

    assert reason_to_run(TRAIN, project, before) == "`data/b.csv` is gone"


def test_missing_and_tampered_results_are_named(project: Path) -> None:
    before = record(TRAIN, project)
    (project / "model.rds").write_text("by hand", encoding="utf-8")
    assert reason_to_run(TRAIN, project, before) == "`model.rds` is not as this task made it"

    (project / "model.rds").unlink()
    assert reason_to_run(TRAIN, project, before) == "`model.rds` is not there"


@pytest.mark.parametrize(
    "changed",
    [
        replace(TRAIN, steps=("fit", "again")),
        replace(TRAIN, makes=("model.rds", "train.R")),
        replace(TRAIN, env={"SEED": "1"}),
    ],
)
def test_changed_definition_must_run(project: Path, changed: Task) -> None:
    assert reason_to_run(changed, project, record(TRAIN, project)) == "its definition in ao.toml changed"


def test_changed_description_does_not_matter(project: Path) -> None:
    assert reason_to_run(replace(TRAIN, description="Fit"), project, record(TRAIN, project)) is None


def test_task_without_files_always_runs(project: Path) -> None:
    task = Task("hello", ("echo",))

    assert reason_to_run(task, project, record(task, project)) == "it names neither `needs` nor `makes`"


def test_folder_counts_with_all_in_it_and_own_results_do_not(project: Path) -> None:
    task = Task("clean", ("x",), needs=("data",), makes=("data/clean.csv",))
    (project / "data/clean.csv").touch()
    before = record(task, project)

    assert list(before.needs) == ["data/a.csv"]
    (project / "data/deep").mkdir()
    (project / "data/deep/c.csv").touch()
    assert reason_to_run(task, project, before) == "`data/deep/c.csv` is new"


def test_outlook_says_what_may_follow_from_a_task_before(project: Path) -> None:
    report = Task("report", ("render",), needs=("model.rds",), makes=("report.html",))
    (project / "report.html").touch()
    graph = Graph.of([TRAIN, report])
    state = State(project)
    state.put("report", record(report, project))

    train, after = outlook(graph, ("train", "report"), project, state, ())

    assert (train.state, train.reason) == ("must run", "it has not succeeded yet")
    assert (after.state, after.reason) == ("may run", "`train` may change `model.rds`")


def test_forced_task_must_run(project: Path) -> None:
    state = State(project)
    state.put("train", record(TRAIN, project))

    [found] = outlook(Graph.of([TRAIN]), ("train",), project, state, {"train"})

    assert found.reason == FORCED


def test_state_survives_and_is_invisible_to_git(project: Path) -> None:
    State(project).put("train", record(TRAIN, project))

    assert State(project).get("train") == record(TRAIN, project)
    assert (project / ".ao/.gitignore").read_text(encoding="utf-8") == "*\n"
    State(project).forget("train")
    assert State(project).get("train") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 99, "tasks": {}}', '{"version": 1, "tasks": {"train": 3}}']
)
def test_state_that_cannot_be_read_is_as_none(project: Path, text: str) -> None:
    (project / ".ao").mkdir()
    (project / ".ao/tasks.json").write_text(text, encoding="utf-8")

    assert State(project).get("train") is None
