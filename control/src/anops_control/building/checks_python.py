"""Ruff, pytest and coverage in the child of a Python project's image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.building.check_outcome import outcome
from anops_control.building.child import Recipe
from anops_control.building.coverage import NAME, FileCoverage, coverage_findings, passed
from anops_control.rules import lint_python, tests_python
from anops_control.rules.own_files import code_files
from anops_control.rules.rule import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_control.building.child import Child
    from anops_control.checking import Outcome
    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.findings import Finding

_TOOLS = ("ruff>=0.9", "pytest>=8", "coverage>=7")
_RESULTS, _DATA, _SHARES = "/tmp/anops-tests.xml", "/tmp/anops-coverage", "/tmp/anops-coverage.json"  # noqa: S108  inside the child
_NO_TESTS = 5


def recipe(_: Configuration, files: Mapping[str, bytes]) -> Recipe:
    """Return what the child gets: the tools, in an environment whose own packages stay as they are."""
    wanted = " ".join(f"'{tool}'" for tool in _TOOLS)
    own = " --requirement /anops-checks/requirements-dev.txt" if "requirements-dev.txt" in files else ""
    install = (
        # a tool must not bring another version of what the model was tested with
        "RUN python -m pip list --format=freeze --exclude-editable > /tmp/installed.txt \\\n"
        " && python -m pip install --no-cache-dir --disable-pip-version-check --quiet --root-user-action=ignore"
        f" --constraint /tmp/installed.txt {wanted}{own} \\\n"
        " && rm /tmp/installed.txt"
    )
    tools = {name: files[name] for name in ("requirements-dev.txt",) if name in files}
    return Recipe(install, tools, files)


def check(child: Child, configuration: Configuration, events: Events) -> Iterator[Outcome]:
    """Yield the outcomes of lint, tests and coverage."""
    events.step("Looking at the code with ruff")
    yield outcome(lint_python.RULE.name, lint_python.RULE.passed, _lint(child, configuration))
    events.step("Running the tests with pytest")
    yield outcome(tests_python.RULE.name, tests_python.RULE.passed, list(_tests(child, configuration)))
    files = _shares(child, configuration)
    yield outcome(NAME, passed(files), coverage_findings(files, configuration.check.coverage))


def _lint(child: Child, configuration: Configuration) -> Iterator[Finding]:
    project = configuration.project
    files = code_files(project, ".py")
    if not files:
        return
    select = [] if lint_python.has_settings(project.folder) else ["--select", lint_python.SELECT]
    options = ["--output-format", "json", "--no-cache", "--force-exclude", *select]
    ended = child.run(["python", "-m", "ruff", "check", *options, "--", *files], what="Ruff")
    try:
        slips = json.loads(ended.stdout)
    except ValueError:
        said = ended.stderr.strip().splitlines() or ["it said nothing"]
        yield Reporter("lint").error(f"Ruff can't look at the code: {said[-1].strip()}.")
        return
    for slip in slips:
        inside = Path(slip["filename"]).relative_to(child.project)
        yield lint_python.slip_finding({**slip, "filename": str(inside)}, project)


def _tests(child: Child, configuration: Configuration) -> Iterator[Finding]:
    report = Reporter("tests")
    options = ["-q", "-o", "junit_family=xunit1", "-p", "no:cacheprovider", f"--junitxml={_RESULTS}"]
    measured = ["coverage", "run", "--source", ".", "--omit", "tests/*"]
    command = ["python", "-m", *measured, "-m", "pytest", *options, "tests"]
    ended = child.run(command, what="The test run", COVERAGE_FILE=_DATA)
    results = child.run(["cat", _RESULTS])
    failed = (
        list(tests_python.test_failures(results.stdout.encode(), configuration.project)) if not results.code else []
    )
    yield from failed
    if ended.code == _NO_TESTS:
        yield report.warning("Pytest finds no tests.", remedy="Name test files `test_….py`, and tests `def test_…()`.")
    elif ended.code and not failed:
        said = (ended.stderr.strip() or ended.stdout.strip() or "it said nothing").splitlines()
        reason = next((line for line in said if "error: " in line), said[-1])
        yield report.error(f"Pytest can't run the tests: {reason.strip()}")


def _shares(child: Child, configuration: Configuration) -> list[FileCoverage]:
    child.run(
        ["python", "-m", "coverage", "json", "-q", "-o", _SHARES], what="Measuring the tests", COVERAGE_FILE=_DATA
    )
    written = child.run(["cat", _SHARES])
    if written.code:
        return []
    model = configuration.project.model.code
    shares = []
    for name, known in json.loads(written.stdout)["files"].items():
        run = known["summary"]["covered_lines"]
        # other scripts of the folder, such as one that fits the model, are no part of what predicts
        if run or name == model:
            shares.append(FileCoverage(name, run, tuple(known["missing_lines"])))
    return shares
