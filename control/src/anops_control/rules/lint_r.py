"""R code has no slips that lintr can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.findings import Severity
from anops_control.rules.install_r import install_package
from anops_control.rules.own_files import code_files
from anops_control.rules.rscript import ScriptAnswer, has_package, run_script
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("lint")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    folder = configuration.folder
    files = code_files(configuration.project, ".r")
    if not files:
        return
    if not has_package("lintr", folder=folder):
        yield _REPORT.warning(
            "The code was not looked at, because the R package lintr is not installed.",
            remedy=f"Run: {install_package('lintr')}",
        )
        return
    yield from lint_findings(run_script("lint.R", files, folder=folder))


def lint_findings(answer: ScriptAnswer) -> Iterator[Finding]:
    """Yield a finding for each slip that lintr told of."""
    for kind, linter, file, line, column, message in answer.records:
        yield _REPORT.finding(
            Severity.ERROR if kind == "error" else Severity.WARNING,
            f"{message.rstrip('.')}. [{linter}]",
            file=file,
            line=int(line),
            column=int(column),
        )
    if answer.failure:
        yield _REPORT.error(f"Lintr can't look at the code: {answer.failure}")


RULE = Rule(
    name="lint",
    passed="Lintr finds nothing in the code.",
    doing="Looking at the code",
    inspect=_inspect,
    after=("r",),
    language="r",
)
