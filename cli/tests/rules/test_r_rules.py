from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.configuration import load
from anops_control.findings import Finding, Severity
from anops_control.rules import lint_r, r_program, tests_r
from anops_control.rules.install_r import install_package

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Ao


def look_at_tests(project: Path, tests: str) -> list[Finding]:
    (project / "tests" / "testthat" / "test-model.R").write_text(tests)
    return list(tests_r.RULE.inspect(load(project)))


def test_slips_are_warnings_and_code_that_can_not_be_read_an_error(r_project: Path) -> None:
    (r_project / "model.R").write_text("x = 1\n")
    (finding,) = lint_r.RULE.inspect(load(r_project))
    assert (finding.severity, finding.place) == (Severity.WARNING, "model.R:1:3")
    (r_project / "model.R").write_text("f <- function( {\n")
    assert Severity.ERROR in {each.severity for each in lint_r.RULE.inspect(load(r_project))}


def test_each_failed_expectation_is_named_with_file_and_line(r_project: Path) -> None:
    found = look_at_tests(
        r_project,
        'test_that("it adds", {\n  expect_equal(1, 2)\n  expect_true(FALSE)\n})\n'
        'test_that("it runs", {\n  stop("boom")\n})\n',
    )
    assert [finding.place for finding in found] == [f"tests/testthat/test-model.R:{line}" for line in (2, 3, 6)]
    assert found[0].message.startswith("`it adds` failed: 1 not equal to 2.")
    assert "boom" in found[2].message


def test_a_warning_is_a_warning(r_project: Path) -> None:
    (finding,) = look_at_tests(r_project, 'test_that("it adds", {\n  warning("hm")\n  expect_true(TRUE)\n})\n')
    assert (finding.severity, finding.message) == (Severity.WARNING, "`it adds` warned: hm")


def test_a_file_that_can_not_be_read_hides_no_other(r_project: Path) -> None:
    (r_project / "tests" / "testthat" / "test-broken.R").write_text("x <- (1\n")
    found = look_at_tests(r_project, 'test_that("it adds", {\n  expect_equal(1, 2)\n})\n')
    assert [finding.file for finding in found] == ["tests/testthat/test-broken.R", "tests/testthat/test-model.R"]


def test_a_package_that_is_not_installed_is_named(r_project: Path) -> None:
    (finding,) = look_at_tests(r_project, "library(notthere)\n")
    assert "there is no package called" in finding.message
    assert "<" not in finding.message


def test_names_that_are_not_ascii_arrive_whole(r_project: Path) -> None:
    (finding,) = look_at_tests(r_project, 'test_that("größe", {\n  fail("zu groß")\n})\n')
    assert finding.message == "`größe` failed: zu groß"


def test_a_project_without_testthat_files_is_warned(r_project: Path) -> None:
    (r_project / "tests" / "testthat" / "test-model.R").unlink()
    (finding,) = tests_r.RULE.inspect(load(r_project))
    assert finding.severity is Severity.WARNING


def test_a_missing_package_has_its_install_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install_package("lintr") == (
        "Rscript -e 'utils::chooseCRANmirror(ind = 1, local.only = TRUE); "
        """install.packages("lintr")'"""
    )


def test_without_r_it_says_so(r_project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configuration = load(r_project)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    (finding,) = r_program.RULE.inspect(configuration)
    assert finding.message == "An R model needs R, and there is no `R` on PATH."


def test_without_r_a_check_says_so_once(ao: Ao, r_project: Path, tmp_path: Path) -> None:
    only = [flag for name in ("r", "predictions", "schema") for flag in ("--only", name)]
    ended = ao("check", *only, folder=r_project, env={"PATH": str(tmp_path / "empty")})
    assert (ended.stdout + ended.stderr).count("there is no `R` on PATH") == 1
    assert "predictions, schema, options: not run: fix `r` first." in ended.stdout + ended.stderr
