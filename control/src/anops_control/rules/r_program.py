"""An R model has an R to be loaded by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.environment import require_r
from anops_control.errors import CommandError
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("r")


def _inspect(_: Configuration) -> Iterator[Finding]:
    try:
        require_r()
    except CommandError as error:
        yield _REPORT.error(error.message, remedy=error.remedy)


RULE = Rule(name="r", passed="R is there.", doing="Looking for R", inspect=_inspect, language="r")
