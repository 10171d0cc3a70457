"""The R package is tested by R's own tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_model_service_r.embedded import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    RunR = Callable[[str, Path], str]


def test_tests_in_r_pass(run_r: RunR) -> None:
    run_r(
        'Sys.setenv(NOT_CRAN = "true")\n'
        'testthat::test_local(".", reporter = "summary", load_package = "source", stop_on_warning = TRUE)',
        PACKAGE,
    )


def test_lintr_finds_nothing(run_r: RunR) -> None:
    found = run_r('pkgload::load_all(quiet = TRUE); cat(format(lintr::lint_package()), sep = "\\n")', PACKAGE)

    assert found.strip() == ""


def test_package_installs(run_r: RunR, tmp_path: Path) -> None:
    run_r(
        f'stopifnot(tools::Rcmd(c("INSTALL", "--no-test-load", "-l", ".", "{PACKAGE}")) == 0); '
        'stopifnot("model_inputs" %in% getNamespaceExports(loadNamespace("anops", lib.loc = ".")))',
        tmp_path,
    )


@pytest.mark.parametrize("file", sorted((PACKAGE / "R").glob("*.R")), ids=lambda file: file.name)
def test_every_file_opens_with_a_sentence(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("#")
