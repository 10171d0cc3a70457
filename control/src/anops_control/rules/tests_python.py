"""The project's Python tests pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from anops_control.environment import install_command, interpreter_of
from anops_control.findings import Severity
from anops_control.rules.coverage_python import measured
from anops_control.rules.own_files import are_only_those_of_init, code_files, inside
from anops_control.rules.rule import Reporter, Rule, on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding
    from anops_control.places.place import Place

_REPORT = Reporter("tests")
_LINE = re.compile(r"^(?P<file>[^\s:][^:\n]*\.py):(?P<line>\d+): ", re.MULTILINE)
_REASON = re.compile(r"^E +(\w.*)$", re.MULTILINE)
_NOT_COLLECTED = "collection failure"
_NO_TESTS = 5
_RESULTS = "results.xml"
_TEST = re.compile(r"^\s*(?:async )?def (test\w*)\(", re.MULTILINE)


def _inspect(configuration: Configuration, place: Place) -> Iterator[Finding]:
    project = configuration.project
    files = code_files(project, ".py")
    if not any(file.startswith("tests/") for file in files):
        yield _REPORT.warning("There are no tests for pytest.", remedy="Put some into `tests/test_model.py`.")
        return
    pytest = place.python("pytest")
    if pytest is None:
        yield _REPORT.finding(
            Severity.NOTE if are_only_those_of_init(project, files, _TEST) else Severity.WARNING,
            "The tests were not run, because pytest is not installed where the model is loaded.",
            remedy=f"Run: {install_command(interpreter_of(project), ['pytest'])}",
        )
        return
    options = ["-q", "-o", "junit_family=xunit1", "-p", "no:cacheprovider", f"--junitxml={place.scratch}/{_RESULTS}"]
    command, variables = measured(place, [*pytest, *options, "tests"])
    environment = {"PYTHONDONTWRITEBYTECODE": "1", **variables}
    ended = place.run(command, what="The test run", fetch=[_RESULTS], environment=environment)
    failed = list(_failures(ended.files[_RESULTS], project)) if _RESULTS in ended.files else []
    yield from failed
    if ended.code == _NO_TESTS:
        yield _REPORT.warning("Pytest finds no tests.", remedy="Name test files `test_….py`, and tests `def test_…()`.")
    elif ended.code and not failed:
        said = (ended.stderr.strip() or ended.stdout.strip() or "it said nothing").splitlines()
        reason = next((line for line in said if "error: " in line), said[-1])
        yield _REPORT.error(f"Pytest can't run the tests: {reason.strip()}")


def _failures(results: bytes, project: Project) -> Iterator[Finding]:
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
    inspect=on_this_machine(_inspect),
    within=_inspect,
    after=("structure",),
    language="python",
)
