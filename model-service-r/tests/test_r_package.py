"""The R package installs and is laid out as it should; `nox -s r_tests` runs its tests, lintr and R CMD check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_model_service_r.embedded import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    RunR = Callable[[str, Path], str]


def test_package_installs(run_r: RunR, tmp_path: Path) -> None:
    run_r(
        f'stopifnot(tools::Rcmd(c("INSTALL", "--no-test-load", "-l", ".", "{PACKAGE}")) == 0); '
        'stopifnot("model_inputs" %in% getNamespaceExports(loadNamespace("anopsruntime", lib.loc = ".")))',
        tmp_path,
    )


@pytest.mark.parametrize("file", sorted((PACKAGE / "R").glob("*.R")), ids=lambda file: file.name)
def test_every_file_opens_with_a_sentence(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("#")
