"""All routes of the service, family by family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from anops_api_service.routes import documents, health, metrics, model, open_inference, outcomes, page, scoring
from anops_api_service.routes.paths import PREFIXES

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from anops_api_service.models.models import Models
    from anops_api_service.observing.measurements import Measurements
    from anops_api_service.routes.observations import ObservationsEndpoint


def every_route(
    models: Models,
    predict: ASGIApp,
    invocations: ASGIApp,
    infer: ASGIApp,
    forecast: ASGIApp,
    outcomes_taken: ASGIApp,
    observations: ObservationsEndpoint,
    measurements: Measurements | None = None,
) -> list[BaseRoute]:
    """Return the routes.

    Args:
        models: The models.
        predict: Answers predictions.
        invocations: Answers those that are asked for as of MLflow.
        infer: Answers those of the Open Inference Protocol.
        forecast: Answers forecasts of time series.
        outcomes_taken: Takes in what came true.
        observations: Takes in and gives back what was observed of them.
        measurements: What is counted; None: nothing is.
    """
    return [
        *(Route(f"{prefix}/predict", predict, methods=["POST"]) for prefix in PREFIXES),
        *(Route(f"{prefix}/forecast", forecast, methods=["POST"]) for prefix in PREFIXES),
        *outcomes.routes(outcomes_taken),
        *observations.routes(),
        *model.routes(models),
        *health.routes(models),
        *documents.routes(models),
        *open_inference.routes(models, infer),
        *scoring.routes(models, invocations),
        *(metrics.routes(models, measurements) if measurements is not None else ()),
        *page.routes(),
    ]
