"""The project's Python tests pass."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from anops_control.budget import run
from anops_control.environment import install_command, interpreter_of, lacks
from anops_control.findings import Severity
from anops_control.rules.own_files import are_only_those_of_init, code_files, inside
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("tests")
_LINE = re.compile(r"^(?P<file>[^\s:][^:\n]*\.py):(?P<line>\d+): ", re.MULTILINE)
_REASON = re.compile(r"^E +(\w.*)$", re.MULTILINE)
_NOT_COLLECTED = "collection failure"
_NO_TESTS = 5
_TEST = re.compile(r"^\s*(?:async )?def (test\w*)\(", re.MULTILINE)


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    project = configuration.project
    files = code_files(project, ".py")
    if not files:
        return
    interpreter = interpreter_of(project)
    if lacks(interpreter.path, "pytest"):
        yield _REPORT.finding(
            Severity.NOTE if are_only_those_of_init(project, files, _TEST) else Severity.WARNING,
            "The tests were not run, because pytest is not installed where the model is loaded.",
            remedy=f"Run: {install_command(interpreter, ['pytest'])}",
        )
        return
    failed: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="ao-check-") as scratch:
        written = Path(scratch, "results.xml")
        ended = run(
            _command(interpreter.path, written),
            what="Running the tests",
            folder=project.folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        if written.exists():
            failed = list(test_failures(written.read_bytes(), project))
            yield from failed
    if ended.returncode == _NO_TESTS:
        yield _REPORT.warning("Pytest finds no tests.", remedy="Name test files `test_….py`, and tests `def test_…()`.")
    elif ended.returncode > 1 and not failed:
        said = (ended.stderr.strip() or ended.stdout.strip() or "it said nothing").splitlines()
        reason = next((line for line in said if "error: " in line), said[-1])
        yield _REPORT.error(f"Pytest can't run the tests: {reason.strip()}")


def _command(python: Path, written: Path) -> list[str]:
    options = ["-q", "-o", "junit_family=xunit1", "-p", "no:cacheprovider", f"--junitxml={written}"]
    return [str(python), "-m", "pytest", *options, "tests"]


def test_failures(results: bytes, project: Project) -> Iterator[Finding]:
    """Yield a finding for each test that failed.

    Args:
        results: What pytest wrote, as XML of the family `xunit1`.
        project: The project.
    """
    for case in ET.fromstring(results).iter("testcase"):  # noqa: S314  pytest wrote it just now
        for kind in ("failure", "error"):
            for failure in case.iter(kind):
                yield _finding(case, failure, project)


def _finding(case: ET.Element, failure: ET.Element, project: Project) -> Finding:
    name = case.get("name", "")
    places = [match for match in _LINE.finditer(failure.text or "") if (project.folder / match["file"]).is_file()]
    file = places[-1]["file"] if places else case.get("file")
    line = int(places[-1]["line"]) if places else int(case.get("line", -1)) + 1
    reasons = _REASON.findall(failure.text or "")
    said = [line.strip() for line in (failure.get("message") or "").splitlines() if line.strip()] or ["no reason given"]
    # NumPy's assertions say what is wrong in the line after "AssertionError:"
    first = " ".join(said[: 2 if said[0].endswith(":") else 1])
    reason = reasons[-1] if reasons and said == [_NOT_COLLECTED] else first
    message = f"`{name}` failed: {reason}" if failure.tag == "failure" else f"`{name}` can't be run: {reason}"
    return _REPORT.error(message, file=inside(project, file) if file else None, line=line or None)


RULE = Rule(
    name="tests",
    passed="All tests pass.",
    doing="Running the tests",
    inspect=_inspect,
    after=("structure",),
    language="python",
)
