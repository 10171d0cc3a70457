"""R code has no slips that lintr can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.findings import Severity
from anops_control.rules.install_r import install_package
from anops_control.rules.own_files import code_files
from anops_control.rules.rscript import run_script
from anops_control.rules.rule import Reporter, Rule, on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding
    from anops_control.places.place import Place

_REPORT = Reporter("lint")


def _inspect(configuration: Configuration, place: Place) -> Iterator[Finding]:
    files = code_files(configuration.project, ".r")
    if not files:
        return
    if not place.has_r_package("lintr"):
        yield _REPORT.warning(
            "The code was not checked, because the R package lintr is not installed.",
            remedy=f"Run: {install_package('lintr')}",
        )
        return
    answer = run_script("lint.R", files, place, what="Lintr")
    for kind, linter, file, line, column, message in answer.records:
        yield _REPORT.finding(
            Severity.ERROR if kind == "error" else Severity.WARNING,
            f"{message.rstrip('.')}. [{linter}]",
            file=file,
            line=int(line),
            column=int(column),
        )
    if answer.failure:
        yield _REPORT.error(f"Lintr can't check the code: {answer.failure}")


RULE = Rule(
    name="lint",
    passed="Lintr finds nothing in the code.",
    doing="Looking at the code",
    inspect=on_this_machine(_inspect),
    within=_inspect,
    after=("r",),
    language="r",
)
