"""`[metrics.NAME]`: a figure of the project's own, summed over the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from anops_model_interface.expressions import Expression
from anops_model_interface.tables import After, key

from anops_project.section import About, Section


def _is_an_expression(value: str) -> str:
    Expression.of(value)
    return value


@dataclass(frozen=True, kw_only=True)
class MetricSection(Section):
    """A sum over the answers, by a column if you like."""

    about: ClassVar = About("metrics", 11, "Figures of your own at `/metrics`.", one="Metric")

    sum: Annotated[str, After(_is_an_expression)] = key(
        "What is summed over all rows that are answered: an expression of columns of inputs and predictions, such as "
        "`amount * (prediction > 0.5)`. Names that are not plain words are written in backquotes."
    )
    by: str | None = key("The column by whose values it is summed, such as a region.", default=None)
    description: str = key("What it says, in a sentence.", default="")
