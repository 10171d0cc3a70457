"""`[alerts.NAME]`: when somebody is told that a served model is not what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from anops_model_interface.tables import key

from anops_project.section import About, Section

_OF_COLUMNS = frozenset({"drift", "missing", "novel", "outside"})
_OF_METRICS = frozenset({"performance", "estimate"})


@dataclass(frozen=True, kw_only=True)
class AlertSection(Section):
    """A rule over what `ao monitor report` finds."""

    about: ClassVar = About(
        "alerts", 14, "When somebody is notified that the model no longer performs as it did.", one="Alert"
    )

    watch: Literal["drift", "missing", "novel", "outside", "coverage", "performance", "estimate", "rows", "dropped"] = (
        key(
            "What is looked at: `drift` (PSI, of texts the Jensen-Shannon divergence), `missing`, `novel`, `outside` "
            "(shares of rows), `coverage` (the share of outcomes within the promised intervals), `performance` and "
            "`estimate` (a metric), `rows` (how many were predicted), `dropped` (requests that could not be kept)."
        )
    )
    above: float | None = key("An incident begins when it is above this.", default=None)
    below: float | None = key("An incident begins when it is below this.", default=None)
    column: str | None = key(
        "The column of the rows or predictions; by default each of them has an incident of its own.", default=None
    )
    metric: str | None = key(
        "The metric, as the report calls it: `rmse`, `mae`, `accuracy`, `log_loss`, `brier`, `roc_auc`.", default=None
    )
    by: Literal["interval", "estimate"] = key(
        "`interval`: its whole 95 % interval must lie beyond the limit, so that chance alone begins no incident; "
        "`estimate`: the figure itself.",
        default="interval",
    )
    days: float = key("How many of the last days of predictions it looks at.", default=7.0, gt=0)
    severity: Literal["info", "warning", "critical"] = key(
        "How serious it is, for those who are notified.", default="warning"
    )
    retrain: bool = key("Whether it may begin a retraining, where `[monitoring]` wants that.", default=True)
    description: str = key("What to do about it, in a sentence.", default="")

    def __post_init__(self) -> None:
        if (self.above is None) == (self.below is None):
            raise ValueError("must have either `above` or `below`")
        if self.column is not None and self.watch not in _OF_COLUMNS:
            raise ValueError(f"can't have a `column`: `{self.watch}` is not about a column")
        if (self.metric is None) == (self.watch in _OF_METRICS):
            raise ValueError(
                "must name a `metric`, such as `rmse`"
                if self.metric is None
                else f"can't have a `metric`: `{self.watch}` is not about one"
            )
