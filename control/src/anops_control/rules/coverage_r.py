"""The tests of an R project run enough of its code; measured with covr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.rules.coverage import NAME, NOT_MEASURED, PASSED, FileCoverage, coverage_findings, passed
from anops_control.rules.own_files import code_files
from anops_control.rules.rscript import run_script
from anops_control.rules.rule import Looked, Reporter, Rule
from anops_control.rules.tests_r import is_test

if TYPE_CHECKING:
    from anops_control.configuration import Configuration
    from anops_control.places.place import Place


def _inspect(configuration: Configuration, place: Place) -> Looked:
    code = configuration.project.model.code
    tests = [file for file in code_files(configuration.project, ".r") if is_test(file)]
    wanted = configuration.check.coverage
    if code is None:
        return Looked(coverage_findings([], wanted), passed([]))
    if not place.measures:
        return Looked([Reporter(NAME).warning(NOT_MEASURED)], PASSED)
    answer = run_script("coverage.R", [code, *tests], place, what="Measuring the tests")
    if answer.failure:
        return Looked([Reporter(NAME).error(f"Covr can't measure the tests: {answer.failure}")], passed([]))
    lines: dict[int, bool] = {}
    for line, count in answer.records:
        # one line may hold several expressions: it is run where all of them are
        lines[int(line)] = lines.get(int(line), True) and int(count) > 0
    missed = tuple(sorted(line for line, is_run in lines.items() if not is_run))
    shares = [FileCoverage(code, len(lines) - len(missed), missed)]
    return Looked(coverage_findings(shares, wanted), passed(shares))


RULE = Rule(name=NAME, passed=PASSED, doing="Measuring what the tests run", inspect=None, within=_inspect, language="r")
