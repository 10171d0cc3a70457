"""The order of tasks, and what can be wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.tasks.definition import Task, TasksError, UnknownTaskError
from anops_control.tasks.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path


def task(name: str, **parts: tuple[str, ...]) -> Task:
    return Task(name, ("true",), **parts)


def messages(*tasks: Task) -> list[str]:
    with pytest.raises(TasksError) as caught:
        Graph.of(tasks)
    return [fault.message for fault in caught.value.faults]


@pytest.mark.parametrize(
    "need",
    ["data/cars.csv", "./data/cars.csv", "data/*.csv", "**/*.csv", "data", "data/", "data/c?rs.csv", "data/[c]*"],
)
def test_task_that_needs_a_file_comes_after_the_task_that_makes_it(need: str) -> None:
    graph = Graph.of([task("train", needs=(need,)), task("fetch", makes=("data/cars.csv",))])

    assert graph.order(["train"]) == ("fetch", "train")


@pytest.mark.parametrize("need", ["data/*.csv", "*.csv", "dat", "data/other/**", "data/[!d]*"])
def test_pattern_that_does_not_fit_makes_no_dependency(need: str) -> None:
    graph = Graph.of([task("train", needs=(need,)), task("fetch", makes=("data/deep.rds",))])

    assert graph.order(["train"]) == ("train",)


def test_need_inside_a_folder_that_a_task_makes_depends_on_it() -> None:
    graph = Graph.of([task("report", needs=("plots/one.png",)), task("plot", makes=("plots",))])

    assert graph.order(["report"]) == ("plot", "report")


def test_order_takes_only_what_is_asked_for_and_what_comes_before() -> None:
    graph = Graph.of([task("a"), task("b", after=("a",)), task("c", after=("b",)), task("d")])

    assert graph.order(["c"]) == ("a", "b", "c")


def test_unknown_task_is_refused() -> None:
    with pytest.raises(UnknownTaskError):
        Graph.of([task("a")]).order(["b"])


def test_after_that_is_no_task_suggests_the_nearest() -> None:
    with pytest.raises(TasksError) as caught:
        Graph.of([task("train"), task("release", after=("trian",))])

    [fault] = caught.value.faults
    assert fault.message == "Task `release` comes after `trian`, which is not a task."
    assert fault.remedy == "Did you mean `train`?"
    assert (fault.task, fault.key, fault.item) == ("release", "after", "trian")


def test_circle_of_after_and_needs_is_told_link_by_link() -> None:
    found = messages(task("a", makes=("x.csv",), after=("b",)), task("b", needs=("x.csv",)))

    assert len(found) == 1
    assert "`a` comes after `b`" in found[0]
    assert "`b` needs `x.csv` from `a`" in found[0]


def test_task_after_itself_is_told() -> None:
    assert messages(task("a", after=("a",))) == ["Task `a` comes after itself."]


def test_one_file_made_by_two_tasks_is_told() -> None:
    assert messages(task("a", makes=("x.csv",)), task("b", makes=("./x.csv",))) == [
        "Tasks `a` and `b` both make `./x.csv`; one file must come from one task."
    ]


def test_pattern_in_makes_is_told() -> None:
    assert messages(task("a", makes=("*.csv",))) == ["Task `a` must say by name what it makes; `*.csv` is a pattern."]


def test_task_that_needs_what_it_makes_is_told() -> None:
    assert messages(task("a", needs=("x.csv",), makes=("x.csv",))) == ["Task `a` needs `x.csv`, which it makes itself."]


def test_need_that_no_file_and_no_task_makes_is_told(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    graph = Graph.of(
        [
            task("a", needs=("there.csv", "made.csv", "gone.csv", "gone/*.csv")),
            task("b", makes=("made.csv",)),
            task("unrelated", needs=("nowhere.csv",)),
        ]
    )

    with pytest.raises(TasksError) as caught:
        graph.require_needs(graph.order(["a"]), tmp_path)

    assert [fault.message for fault in caught.value.faults] == [
        "Task `a` needs `gone.csv`: there is no such file, and no task makes it.",
        "Task `a` needs `gone/*.csv`: no file fits this pattern, and no task makes one that does.",
    ]
