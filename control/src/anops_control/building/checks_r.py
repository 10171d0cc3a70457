"""Lintr, testthat and covr in the child of an R project's image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.building.check_outcome import outcome
from anops_control.building.child import TOOLS, Recipe
from anops_control.building.coverage import NAME, FileCoverage, coverage_findings, passed
from anops_control.rules import lint_r, tests_r
from anops_control.rules.own_files import code_files
from anops_control.rules.rscript import read_answer, script_text
from anops_control.rules.rule import Reporter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_control.building.child import Child
    from anops_control.checking import Outcome
    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.findings import Finding
    from anops_control.rules.rscript import ScriptAnswer

_PACKAGES = ("r-cran-covr", "r-cran-jsonlite", "r-cran-lintr", "r-cran-testthat", "r-cran-withr")
_SCRIPTS = {"lint.R": "Lintr", "tests.R": "The test run", "coverage.R": "Measuring the tests"}
"""The scripts, and what each does."""

_RECORDS = "/tmp/anops-records"  # noqa: S108  inside the child


def recipe(_: Configuration, files: Mapping[str, bytes]) -> Recipe:
    """Return what the child gets: the tools, from Debian's archive."""
    install = (
        "RUN apt-get update -qq \\\n"
        f" && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends {' '.join(_PACKAGES)}"
    )
    return Recipe(install, {name: script_text(name) for name in _SCRIPTS}, files)


def check(child: Child, configuration: Configuration, events: Events) -> Iterator[Outcome]:
    """Yield the outcomes of lint, tests and coverage."""
    project = configuration.project
    files = code_files(project, ".r")
    tests = [file for file in files if tests_r.is_test(file)]
    events.step("Looking at the code with lintr")
    yield outcome(lint_r.RULE.name, lint_r.RULE.passed, lint_r.lint_findings(_run(child, "lint.R", files)))
    events.step("Running the tests with testthat")
    yield outcome(tests_r.RULE.name, tests_r.RULE.passed, _tests(child, tests))
    events.step("Measuring what the tests run with covr")
    code = project.model.code
    shares, failed = _shares(child, code, tests) if code else ([], [])
    found = [*failed, *coverage_findings(shares, configuration.check.coverage)]
    yield outcome(NAME, passed(shares), found)


def _tests(child: Child, tests: Sequence[str]) -> Iterator[Finding]:
    if not tests:
        yield Reporter("tests").warning(
            "There are no tests for testthat.", remedy="Put some into `tests/testthat/test-model.R`."
        )
        return
    yield from tests_r.test_findings(_run(child, "tests.R", tests))


def _shares(child: Child, code: str, tests: Sequence[str]) -> tuple[list[FileCoverage], list[Finding]]:
    answer = _run(child, "coverage.R", [code, *tests])
    if answer.failure:
        return [], [Reporter(NAME).error(f"Covr can't measure the tests: {answer.failure}")]
    lines: dict[int, bool] = {}
    for line, count in answer.records:
        # one line may hold several expressions: it is run where all of them are
        lines[int(line)] = lines.get(int(line), True) and int(count) > 0
    missed = tuple(sorted(line for line, is_run in lines.items() if not is_run))
    return [FileCoverage(code, len(lines) - len(missed), missed)], []


def _run(child: Child, script: str, arguments: Sequence[str]) -> ScriptAnswer:
    child.run(["rm", "-f", _RECORDS])
    ended = child.run(["Rscript", "--vanilla", f"{TOOLS}/{script}", _RECORDS, *arguments], what=_SCRIPTS[script])
    written = child.run(["cat", _RECORDS])
    return read_answer(written.stdout if written.code == 0 else "", ended.stderr, ended.code)
