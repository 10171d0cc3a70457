from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.environment import Interpreter, install_command
from anops_control.findings import Finding, Severity
from anops_control.rules.tests_python import RULE

if TYPE_CHECKING:
    from pathlib import Path


def look(project: Path, tests: str) -> list[Finding]:
    (project / "tests" / "test_model.py").write_text(tests)
    return list(RULE.inspect(load(project)))


def test_a_failure_is_named_with_file_and_line(python_project: Path) -> None:
    (finding,) = look(python_project, "def test_x():\n    value = 3\n    assert value == 4\n")
    assert (finding.place, finding.message) == ("tests/test_model.py:3", "`test_x` failed: assert 3 == 4")


def test_an_exception_is_named_with_its_line(python_project: Path) -> None:
    (finding,) = look(python_project, "def test_x():\n    raise ValueError('boom')\n")
    assert (finding.place, finding.message) == ("tests/test_model.py:2", "`test_x` failed: ValueError: boom")


def test_the_reason_of_numpys_assertions_is_told(python_project: Path) -> None:
    (finding,) = look(
        python_project, "import numpy as np\ndef test_x():\n    np.testing.assert_allclose([1.0], [2.0], rtol=1e-6)\n"
    )
    assert finding.message == "`test_x` failed: AssertionError: Not equal to tolerance rtol=1e-06, atol=0"


def test_an_exception_in_the_models_code_points_there(python_project: Path) -> None:
    (python_project / "model.py").write_text("def f():\n    return 1 / 0\n")
    (finding,) = look(
        python_project, "import sys\nsys.path.insert(0, '.')\nfrom model import f\ndef test_x():\n    f()\n"
    )
    assert finding.place == "model.py:2"


def test_a_test_file_that_can_not_be_read_is_an_error(python_project: Path) -> None:
    (finding,) = look(python_project, "import nowhere_to_be_found\n")
    assert finding.severity is Severity.ERROR
    assert "nowhere_to_be_found" in finding.message


def test_no_tests_is_a_warning(python_project: Path) -> None:
    (finding,) = look(python_project, "x = 1\n")
    assert (finding.severity, finding.message) == (Severity.WARNING, "Pytest finds no tests.")


@pytest.mark.parametrize("folder", [True, False])
def test_a_project_without_tests_is_warned_as_one_in_r_is(python_project: Path, *, folder: bool) -> None:
    shutil.rmtree(python_project / "tests", ignore_errors=True)
    if folder:
        (python_project / "tests").mkdir()
    (finding,) = RULE.inspect(load(python_project))
    assert (finding.severity, finding.message) == (Severity.WARNING, "There are no tests for pytest.")
    assert finding.remedy == "Put some into `tests/test_model.py`."


def test_without_pytest_the_command_that_installs_it_is_named(python_project: Path, bare_python: Path) -> None:
    text = (python_project / "ao.toml").read_text()
    (python_project / "ao.toml").write_text(text.replace("[project]", f'[project]\npython = "{bare_python}"'))
    (finding,) = RULE.inspect(load(python_project))
    install = install_command(Interpreter(bare_python, "[project] python"), ["pytest"])
    assert (finding.severity, finding.remedy) == (Severity.WARNING, f"Run: {install}")


def test_without_pytest_a_project_that_has_only_the_test_of_ao_init_has_no_worry(
    python_project: Path, bare_python: Path
) -> None:
    text = (python_project / "ao.toml").read_text()
    (python_project / "ao.toml").write_text(text.replace("[project]", f'[project]\npython = "{bare_python}"'))
    written = "def test_the_reference_rows_get_their_predictions():\n    pass\n"
    (finding,) = look(python_project, written)
    assert finding.severity is Severity.NOTE
    (finding,) = look(python_project, f"{written}\n\ndef test_my_own():\n    pass\n")
    assert finding.severity is Severity.WARNING


def test_settings_that_pytest_can_not_use_are_told(python_project: Path) -> None:
    (python_project / "pytest.ini").write_text("[pytest]\naddopts = --no-such-flag\n")
    (finding,) = look(python_project, "def test_x():\n    pass\n")
    assert "--no-such-flag" in finding.message


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTEST_PLUGINS"):
        monkeypatch.delenv(name, raising=False)
