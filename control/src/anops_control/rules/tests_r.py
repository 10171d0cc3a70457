"""The project's R tests pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_control.findings import Severity
from anops_control.rules.install_r import install_package
from anops_control.rules.own_files import are_only_those_of_init, code_files
from anops_control.rules.rscript import run_script
from anops_control.rules.rule import Reporter, Rule, on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding
    from anops_control.places.place import Place

_REPORT = Reporter("tests")
_TEST = re.compile(r"\btest_that\(\s*[\"']([^\"']*)")


def _inspect(configuration: Configuration, place: Place) -> Iterator[Finding]:
    files = [file for file in code_files(configuration.project, ".r") if is_test(file)]
    if not files:
        yield _REPORT.warning("There are no tests for testthat.", remedy="Put some into `tests/testthat/test-model.R`.")
        return
    if not place.has_r_package("testthat"):
        yield _REPORT.finding(
            Severity.NOTE if are_only_those_of_init(configuration.project, files, _TEST) else Severity.WARNING,
            "The tests were not run, because the R package testthat is not installed.",
            remedy=f"Run: {install_package('testthat')}",
        )
        return
    answer = run_script("tests.R", files, place, what="The test run")
    for kind, file, line, test, said in answer.records:
        message = " ".join([text for text in said.splitlines() if not text.startswith("<")][:2]).strip()
        where = int(line) if line else None
        if kind == "unreadable":
            yield _REPORT.error(f"R can't read the tests: {message}", file=file)
        elif kind in {"expectation_failure", "expectation_error"}:
            name = f"`{test}` failed" if test else "The file failed"
            yield _REPORT.error(f"{name}: {message}", file=file, line=where)
        elif kind == "expectation_warning":
            yield _REPORT.warning(f"`{test}` warned: {message}", file=file, line=where)
    if answer.failure:
        yield _REPORT.error(f"Testthat can't run the tests: {answer.failure}")


def is_test(file: str) -> bool:
    """Say whether testthat runs a file of the project."""
    name = file.rsplit("/", 1)[-1].lower()
    return file.startswith("tests/testthat/") and name.startswith("test")


RULE = Rule(
    name="tests",
    passed="All tests pass.",
    doing="Running the tests",
    inspect=on_this_machine(_inspect),
    within=_inspect,
    after=("r", "structure"),
    language="r",
)
