"""What the model is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_api_service.routes.reading import json, reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from anops_api_service.model_client import ModelClient


def routes(client: ModelClient) -> list[Route]:
    """Return the endpoints.

    Args:
        client: The model.
    """

    async def model(_: Request) -> Response:
        return json(client.ready_model().card)

    return [reading("/model", model)]
