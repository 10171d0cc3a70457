"""What becomes known of a request while it is answered: for its headers, its line in the log and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

    from anops_api_service.identity import Identity
    from anops_api_service.model_answer import ModelAnswer, Predictions
    from anops_api_service.models.described_model import DescribedModel

FACTS = "anops.facts"
"""Where they are in the scope of a request."""


@dataclass(slots=True, eq=False)
class Facts:
    """What is known so far.

    Attributes:
        model: The model that is asked, or that has answered; None before it is known.
        asked: The model that its rows were read for; None before it is known, or where there are none.
        rows: How many rows were answered; None where no prediction was.
        queue_seconds: How long they waited, and were on their way to the model and back; None likewise.
        model_seconds: How long the model took; None likewise.
        shared: What the model answered to these rows and those of other requests together; None where it was asked
            for these alone.
        unit: Whose request it is, as a hash; empty: no split has chosen who answers it.
    """

    model: Identity | None = None
    asked: DescribedModel | None = None
    rows: int | None = None
    queue_seconds: float | None = None
    model_seconds: float | None = None
    shared: Predictions | None = None
    unit: str = ""

    def asks(self, model: DescribedModel) -> None:
        """Know which model is asked to predict."""
        self.asked, self.model = model, model.identity

    def add(self, answered: ModelAnswer) -> None:
        """Take in an answer to the request, or to a piece of it."""
        self.model = answered.model
        self.rows = (self.rows or 0) + answered.stop - answered.start
        self.queue_seconds = (self.queue_seconds or 0.0) + answered.queue_seconds
        self.model_seconds = (self.model_seconds or 0.0) + answered.model_seconds
        if answered.stop - answered.start < answered.predictions.frame.rows:
            self.shared = answered.predictions


def facts_of(scope: Scope) -> Facts:
    """Return what is known of a request; who learns more writes it there."""
    facts: Facts | None = scope.get(FACTS)
    if facts is None:
        facts = scope[FACTS] = Facts()
    return facts
