"""All routes of the service, family by family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from anops_api_service.routes import documents, health, model

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from anops_api_service.model_client import ModelClient


def every_route(client: ModelClient, predict: ASGIApp) -> list[BaseRoute]:
    """Return the routes.

    Args:
        client: The model.
        predict: Answers predictions.
    """
    return [
        Route("/predict", predict, methods=["POST"]),
        *model.routes(client),
        *health.routes(client),
        *documents.routes(client),
    ]
