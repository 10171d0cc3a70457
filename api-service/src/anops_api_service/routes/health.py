"""Whether the service runs, and whether its model can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError

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

    async def live(_: Request) -> Response:
        return json(b'{"status":"live"}')

    async def ready(_: Request) -> Response:
        if client.problem is not None:
            raise AnOpsError.of(client.problem)
        return json(b'{"status":"ready"}')

    return [reading("/health/live", live), reading("/health", ready), reading("/health/ready", ready)]
