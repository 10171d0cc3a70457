"""The endpoints of MLflow's scoring servers and of SageMaker's containers, for clients made for those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from starlette.responses import Response
from starlette.routing import Route

from anops_api_service.api_version import API_VERSION
from anops_api_service.bodies import scoring_json
from anops_api_service.routes.paths import PREFIXES
from anops_api_service.routes.reading import reading
from anops_api_service.writers.scoring_writer import ScoringWriter

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from anops_api_service.models.models import Models
    from anops_api_service.writers.writer import Writer


class Scoring:
    """MLflow's form of JSON."""

    lines = "instances"

    def plain(self, body: bytes, schema: Schema) -> bytes:
        """Return a body as `POST /predict` takes it."""
        return scoring_json.plain(body, schema)

    def writer(self) -> Writer:
        """Return what writes an answer."""
        return ScoringWriter()


def routes(models: Models, invocations: ASGIApp) -> list[Route]:
    """Return the endpoints.

    Args:
        models: The models.
        invocations: Answers predictions in MLflow's form.
    """

    async def ping(request: Request) -> Response:
        if (problem := models.asked(request.path_params).problem) is not None:
            raise AnOpsError.of(problem)
        return Response(b"\n", media_type="application/json")

    async def told(_: Request) -> Response:
        return Response(API_VERSION, media_type="text/plain")

    return [
        *(Route(f"{prefix}/invocations", invocations, methods=["POST"]) for prefix in PREFIXES),
        *(reading(f"{prefix}/ping", ping) for prefix in PREFIXES),
        reading("/version", told),
    ]
