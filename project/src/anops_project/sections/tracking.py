"""`[tracking]`: where versions of the model and runs are kept, and what a version must show to be promoted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from anops_model_interface.tables import After, key

from anops_project.section import About, Section

_ADDRESS = re.compile(r"(?:sqlite|postgresql|mysql|mssql|https?|databricks|arn)[A-Za-z0-9+]*:\S+|databricks")


def _is_an_address(value: str | None) -> str | None:
    if value is None or _ADDRESS.fullmatch(value):
        return value
    raise ValueError("must be an address such as `https://mlflow.example.org` or `sqlite:///.anops/tracking.db`")


@dataclass(frozen=True, kw_only=True)
class TrackingSection(Section):
    """Where versions of the model and runs are kept, and what a version must show to be promoted."""

    about: ClassVar = About("tracking", 7, "Versions of the model, and runs.")

    uri: Annotated[str | None, After(_is_an_address)] = key(
        "The MLflow server that keeps them; without it a database below `.anops`.", default=None
    )
    data: str | None = key(
        "The rows on which `ao model promote` compares, with the outcome in them: a CSV file, or a dataset.",
        default=None,
    )
    target: str | None = key("The column of these rows that holds the outcome.", default=None)
    metric: str | None = key(
        "What is compared: `rmse`, `mae`, `log_loss`, `brier`, `roc_auc`, `accuracy`. By default `rmse`, or "
        "`log_loss` where probabilities are predicted.",
        default=None,
    )
    better: Literal["lower bound", "estimate", "margin"] = key(
        "The rule. `lower bound`: the interval of the improvement lies above 0; `estimate`: the improvement itself "
        "does; `margin`: the interval lies above `-margin`, so the new one is not worse by more.",
        default="lower bound",
    )
    margin: float = key("How much worse a version may be under the rule `margin`.", default=0.0, ge=0)
    options: dict[str, bool | int | float | str] = key(
        'The options that both versions are asked with, such as `type = "probability"`.', default_factory=dict
    )
    level: float = key("The level of the interval.", default=0.95, gt=0, lt=1)
