"""All that is counted of a running service, and where requests and calls of models are taken in."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_model_interface.open_inference import metadata as keys

from anops_api_service.logs import log
from anops_api_service.observing.business import business_metrics
from anops_api_service.observing.model_statistics import ModelStatistics
from anops_api_service.observing.request_counts import RequestCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from anops_model_interface.errors import Problem
    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.notices import Notice

    from anops_api_service.identity import Identity
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel

MOST_MODELS = 50
"""So many versions and fits are remembered; the oldest is forgotten first."""

TYPE = "type"
"""The option that says what predictions are, such as their scale: those of different types don't go together."""


class Measurements:
    """What is counted.

    Attributes:
        requests: The requests.
        models: The statistics of each model that has answered.
        observations: How many observations of time series came, by model and what became of them.
    """

    def __init__(self) -> None:
        self.requests = RequestCounts()
        self.models: dict[Identity, ModelStatistics] = {}
        self.observations: Counter[tuple[Identity, str]] = Counter()
        self._broken = False

    def called(
        self, model: DescribedModel, frame: Frame, options: Mapping[str, OptionValue], answered: ModelAnswer
    ) -> None:
        """Take in a call of a model that was answered."""
        with self._counting():
            spec = model.schema.options.get(TYPE)
            kind = "" if spec is None else str(options.get(TYPE, spec.default or ""))
            self._of(answered.model, model).called(frame, answered.predictions.frame, kind)

    def noticed(self, model: Identity | None, notices: Iterable[Notice]) -> None:
        """Take in what happened to the rows of a request that was answered."""
        if notices and model is not None and model in self.models:
            self.models[model].noticed(notices)

    def observed(self, model: Identity, became: Mapping[str, int]) -> None:
        """Take in what became of observations.

        Args:
            model: Whose.
            became: How many, by what became of them.
        """
        for what, count in became.items():
            self.observations[model, what] += count

    def refused(self, model: DescribedModel | None, problem: Problem) -> None:
        """Take in why a request was refused."""
        if model is None or not problem.faults:
            return
        statistics = self._of(model.identity, model)
        # a name that was sent is no label: there may be any number of them
        for column, code in {(fault.column, str(fault.code)) for fault in problem.faults}:
            if column in model.schema.inputs:
                statistics.refused[column, code] += 1

    def forget(self) -> None:
        """Let go of the statistics: as the process ends, the library of the sketches complains of those still there."""
        self.models.clear()

    def settle(self) -> None:
        """Count and look at what waits."""
        self.requests.settle()
        for statistics in self.models.values():
            with self._counting():
                statistics.settle()

    @contextmanager
    def _counting(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  no request fails because it can't be counted
            if not self._broken:
                self._broken = True
                log.error("the statistics of a model can't be kept: %s", type(error).__name__)

    def _of(self, identity: Identity, model: DescribedModel) -> ModelStatistics:
        known = self.models.get(identity)
        if known is None:
            while len(self.models) >= MOST_MODELS:
                del self.models[next(iter(self.models))]
            known = self.models[identity] = ModelStatistics(
                model.schema, business_metrics(model.metadata.properties.get(keys.METRICS, ""))
            )
        return known
