from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules.task_order import RULE

if TYPE_CHECKING:
    from pathlib import Path


def add_tasks(project: Path, text: str) -> Path:
    with (project / "ao.toml").open("a") as file:
        file.write(text)
    return project


def test_tasks_that_wait_for_each_other_are_an_error(python_project: Path) -> None:
    add_tasks(python_project, '[tasks.a]\nafter = ["b"]\n[tasks.b]\nafter = ["a"]\n')
    (finding,) = RULE.inspect(load(python_project))
    assert (finding.rule, finding.severity) == ("tasks", Severity.ERROR)
    assert "circle" in finding.message
    assert finding.line is not None


def test_data_that_is_elsewhere_is_a_warning(python_project: Path) -> None:
    add_tasks(python_project, '[tasks.train]\nrun = "python train.py"\nneeds = ["data.csv"]\n')
    (finding,) = RULE.inspect(load(python_project))
    assert (finding.severity, finding.file) == (Severity.WARNING, "ao.toml")
