"""What the model answered, as each of the requests that shared a call has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from anops_api_service.answer_json import records

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame, Warn
    from anops_model_interface.notices import Notice

    from anops_api_service.identity import Identity


class Predictions:
    """The predictions of one call, for however many requests.

    Attributes:
        frame: All rows.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """All rows as JSON has them: made once, and for a batch at the price of a few requests."""
        return records(self.frame)


@dataclass(slots=True, eq=False)
class ModelAnswer:
    """What the model answered to one request; made for each, so not frozen: that costs several times as much.

    Attributes:
        predictions: Those of the whole call.
        start: The request's first row in them, counted from 0.
        stop: The row after its last.
        warnings: What goes with its rows.
        model: The model that gave them.
        model_seconds: How long the model took for the call.
        queue_seconds: How long the request waited for it, and was on its way to it and back.
        notices: What happened to its rows, to be counted.
    """

    predictions: Predictions
    start: int
    stop: int
    warnings: tuple[Warn, ...]
    model: Identity
    model_seconds: float = 0.0
    queue_seconds: float = 0.0
    notices: tuple[Notice, ...] = ()

    @classmethod
    def whole(
        cls,
        frame: Frame,
        warnings: tuple[Warn, ...],
        model: Identity,
        *,
        model_seconds: float = 0.0,
        queue_seconds: float = 0.0,
    ) -> Self:
        """Return the answer to a request that had a call of its own."""
        return cls(Predictions(frame), 0, frame.rows, warnings, model, model_seconds, queue_seconds)

    @property
    def frame(self) -> Frame:
        """The request's rows."""
        return self.predictions.frame.take(self.start, self.stop)

    @property
    def records(self) -> list[dict[str, Any]]:
        """The request's rows as JSON has them."""
        return self.predictions.records[self.start : self.stop]
