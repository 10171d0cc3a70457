"""What is counted, for Prometheus and whoever speaks its words."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from starlette.responses import Response

from anops_api_service.routes.reading import reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from anops_api_service.models.models import Models
    from anops_api_service.observing.measurements import Measurements


def routes(models: Models, measurements: Measurements) -> list[Route]:
    """Return the endpoint.

    Args:
        models: The models.
        measurements: What is counted of them.
    """

    async def metrics(request: Request) -> Response:
        workers = await asyncio.gather(*(one.upstream.figures() for one in models.served))
        measurements.settle()
        # loaded by the first who asks
        exposition = await asyncio.to_thread(import_module, "anops_api_service.observing.exposition")
        content, kind = exposition.exposed(models, measurements, workers, accept=request.headers.get("accept", ""))
        return Response(content, headers={"content-type": kind})

    return [reading("/metrics", metrics)]
