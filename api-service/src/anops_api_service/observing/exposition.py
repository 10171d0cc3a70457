"""The figures as Prometheus reads them: what is counted becomes families of samples when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from anops_api_service.observing.families import (
    model_families,
    own_families,
    request_families,
    series_families,
    state_families,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_model_interface.worker_figures import WorkerFigures
    from prometheus_client import Metric

    from anops_api_service.models.models import Models
    from anops_api_service.observing.measurements import Measurements


class _Figures(Collector):
    def __init__(self, models: Models, measurements: Measurements, workers: Sequence[WorkerFigures | None]) -> None:
        self._models, self._measurements, self._workers = models, measurements, workers

    def collect(self) -> Iterable[Metric]:
        yield from state_families(self._models, self._workers)
        yield from request_families(self._measurements.requests)
        yield from model_families(self._measurements.models)
        yield from own_families(self._measurements.models)
        yield from series_families(self._measurements.observations)


def exposed(
    models: Models, measurements: Measurements, workers: Sequence[WorkerFigures | None], *, accept: str
) -> tuple[bytes, str]:
    """Write all figures.

    Args:
        models: The models.
        measurements: What is counted of them.
        workers: How the workers of each are; None where its server does not say.
        accept: Which form the reader wants.

    Returns:
        The text, and its content type.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(models, measurements, workers))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    encode, kind = choose_encoder(accept)
    return encode(registry), kind
