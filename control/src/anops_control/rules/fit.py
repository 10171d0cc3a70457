"""The model's predictions for its own rows are the fitted values that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.examination import begin_examination, examined
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("fit")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    description = examined(configuration, "description").description
    if description is not None and description.own_fit is not None:
        yield _REPORT.warning(description.own_fit)


RULE = Rule(
    name="fit",
    passed="The predictions for the model's own rows are the fitted values, where it keeps them.",
    doing="Comparing with the fitted values",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
