"""An R model has an R to be loaded by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ao.environment import require_r
from ao.errors import CommandError
from ao.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ao.configuration import Configuration
    from ao.findings import Finding

_REPORT = Reporter("r")


def _look(_: Configuration) -> Iterator[Finding]:
    try:
        require_r()
    except CommandError as error:
        yield _REPORT.error(error.message, remedy=error.remedy)


RULE = Rule(name="r", passed="R is there.", doing="Looking for R", look=_look, language="r")
