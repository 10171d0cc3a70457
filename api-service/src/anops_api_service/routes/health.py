"""Whether the service runs, and whether its models can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError

from anops_api_service.routes.paths import PREFIXES
from anops_api_service.routes.reading import json, reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from anops_api_service.models.models import Models

_READY = b'{"status":"ready"}'


def routes(models: Models) -> list[Route]:
    """Return the endpoints.

    Args:
        models: The models.
    """

    async def live(_: Request) -> Response:
        return json(b'{"status":"live"}')

    async def all_ready(_: Request) -> Response:
        if (problem := models.problem) is not None:
            raise AnOpsError.of(problem)
        return json(_READY)

    async def one_ready(request: Request) -> Response:
        if (problem := models.asked(request.path_params).problem) is not None:
            raise AnOpsError.of(problem)
        return json(_READY)

    return [
        reading("/health/live", live),
        reading("/health", all_ready),
        reading("/health/ready", all_ready),
        *(reading(f"{prefix}/health/ready", one_ready) for prefix in PREFIXES if prefix),
    ]
