from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules.lint_python import RULE

if TYPE_CHECKING:
    from pathlib import Path


def test_a_slip_is_a_warning_with_its_place_and_remedy(python_project: Path) -> None:
    (python_project / "model.py").write_text("import os\n")
    (finding,) = RULE.inspect(load(python_project))
    assert (finding.severity, finding.place) == (Severity.WARNING, "model.py:1:8")
    assert finding.remedy == "Remove unused import: `os`."


def test_code_that_can_not_run_is_an_error(python_project: Path) -> None:
    (python_project / "model.py").write_text("def f(:\n")
    (python_project / "tests" / "test_model.py").write_text("def test_x():\n    assert nowhere\n")
    found = list(RULE.inspect(load(python_project)))
    assert {finding.file for finding in found if finding.severity is Severity.ERROR} == {
        "model.py",
        "tests/test_model.py",
    }


def test_matters_of_taste_are_left_to_the_author(python_project: Path) -> None:
    (python_project / "model.py").write_text("X=  1\nimport  sys, joblib\nprint(sys, joblib , X)\n" + "#" * 200)
    (finding, second) = RULE.inspect(load(python_project))
    assert {finding.message[-6:], second.message[-6:]} == {"[E401]", "[E402]"}


def test_the_projects_own_settings_decide(python_project: Path) -> None:
    (python_project / "ruff.toml").write_text('lint.select = ["D100"]\n')
    (python_project / "model.py").write_text("import os\n")
    assert {finding.message[-6:] for finding in RULE.inspect(load(python_project))} == {"[D100]"}


def test_other_files_of_the_folder_are_left_alone(python_project: Path) -> None:
    (python_project / "analysis.py").write_text("import os\n")
    assert list(RULE.inspect(load(python_project))) == []
