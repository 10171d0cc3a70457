"""`[monitoring]`: who is told of alerts, and what is done when a model is due to be refitted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from anops_model_interface.tables import After, key

from anops_project.section import About, Section
from anops_project.sections.training import Inside  # noqa: TC001  pydantic reads the annotations

_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


def _is_an_address(value: str | None) -> str | None:
    if value is None or _ADDRESS.fullmatch(value):
        return value
    raise ValueError("must be an address such as `https://example.org/hook`")


Address = Annotated[str | None, After(_is_an_address)]


@dataclass(frozen=True, kw_only=True)
class MonitoringSection(Section):
    """Who is notified of alerts, and when the model is refitted."""

    about: ClassVar = About("monitoring", 13, "Who is notified of alerts, and when the model is refitted.")

    webhook: Address = key(
        "The address that gets a JSON message when an incident begins and when it ends. Where it holds a secret, set "
        "the variable `ANOPS_WEBHOOK` instead, which goes before it.",
        default=None,
    )
    alertmanager: Address = key(
        "The address of an Alertmanager of Prometheus, such as `http://127.0.0.1:9093`.", default=None
    )
    alertmanager_hours: float = key(
        "How long Alertmanager considers an incident open without hearing of it again: longer than the time between "
        "two runs of `ao monitor alerts`.",
        default=48.0,
        gt=0,
    )
    retrain: Literal["no", "on-alert"] = key(
        "Whether `ao monitor alerts` refits the model when an incident begins: `on-alert`. A schedule with "
        '`verb = "monitor retrain"` does so at its times.',
        default="no",
    )
    retrain_hours: float = key("How many hours after a retraining alerts may not begin another.", default=24.0, ge=0)
    promote: Literal["ask", "if-better"] = key(
        "What happens to the new version: `ask` registers and compares it, and a person promotes it; `if-better` "
        "promotes it where it passes the gates of `ao model promote`.",
        default="ask",
    )
    alias: str = key("The alias that the new version is compared with, and is to have.", default="champion")
    rows: Inside = key(
        "A CSV file of the project into which the rows of the log whose outcome is known are written before a "
        "retraining, for the steps of the training to read.",
        default=None,
    )
    holdout: float = key(
        "The share of these rows, the newest, that is left out of that file, for both versions to be compared on.",
        default=0.3,
        gt=0,
        lt=1,
    )
    days: float | None = key("How many of the last days the rows are taken from; by default all.", default=None, gt=0)
