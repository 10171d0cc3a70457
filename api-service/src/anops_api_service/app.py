"""The application: which path is answered by what."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError, Code
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from anops_api_service.bodies.body_room import BodyRoom
from anops_api_service.cors import Cors
from anops_api_service.docs_example import ExampleAnswer
from anops_api_service.docs_page import docs_page, docs_page_without_model
from anops_api_service.limits import Limits
from anops_api_service.logs import RequestLog
from anops_api_service.openapi import openapi_without_model
from anops_api_service.patience import Patience
from anops_api_service.predict import PredictEndpoint
from anops_api_service.request_context import ALLOW, RequestContext
from anops_api_service.spool import SpoolRoom
from anops_api_service.try_page import ASSETS, try_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from anops_api_service.model_client import ModelClient

_READ = ["GET", "HEAD"]
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class _Front:
    """Takes predictions to their endpoint directly: the way through the framework costs as much as all the rest.

    Attributes:
        predict: Answers `POST /predict`.
        others: Answers everything else.
    """

    predict: ASGIApp
    others: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hot = scope["type"] == "http" and scope["path"] == "/predict" and scope["method"] == "POST"
        await (self.predict if hot else self.others)(scope, receive, send)


def make_app(client: ModelClient, limits: Limits = _LIMITS, origins: frozenset[str] = frozenset()) -> ASGIApp:
    """Make the application.

    Args:
        client: The model; it is followed for as long as the application runs.
        limits: How much requests may take of memory and disk.
        origins: Those whose web pages may ask.
    """
    requests = RequestLog()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(client.follow())
        yield
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        requests.flush()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_exception_handler(HTTPException, _no_route)
    patience = Patience(client.deadline_seconds, client.too_late)
    predict = PredictEndpoint(client, limits, SpoolRoom(limits.spool), patience, BodyRoom(limits.bodies))
    # for its other methods, which are refused
    app.router.routes.append(Route("/predict", predict, methods=["POST"]))

    @app.api_route("/model", methods=_READ)
    async def model() -> Response:
        return _json(client.ready_model().card)

    @app.api_route("/health/live", methods=_READ)
    async def live() -> Response:
        return _json(b'{"status":"live"}')

    @app.api_route("/health", methods=_READ)
    @app.api_route("/health/ready", methods=_READ)
    async def ready() -> Response:
        if client.problem is not None:
            raise AnOpsError.of(client.problem)
        return _json(b'{"status":"ready"}')

    @app.api_route("/openapi.json", methods=_READ)
    async def openapi() -> Response:
        loaded = client.model
        return _json(loaded.openapi if loaded is not None else openapi_without_model())

    example = ExampleAnswer(client)

    @app.api_route("/docs", methods=_READ)
    async def docs(request: Request) -> Response:
        loaded = client.model
        if loaded is None:
            return _html(docs_page_without_model())
        address = str(request.url.replace(query=None, fragment=None)).removesuffix("/docs")
        return _html(docs_page(loaded, await example.of(loaded), address))

    @app.api_route("/docs/try", methods=_READ)
    async def try_it() -> Response:
        return _html(try_page(client.model))

    app.mount("/docs/assets", StaticFiles(directory=ASSETS))
    app.add_middleware(RequestContext, requests=requests)
    front = _Front(RequestContext(predict, requests), app)
    return Cors(front, origins) if origins else front


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


def _html(content: str) -> Response:
    return Response(content, media_type="text/html")


async def _no_route(request: Request, error: Exception) -> Response:
    """Turn the framework's own refusals into problems."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.url.path
    if status == 404:
        raise AnOpsError(
            Code.PATH_NOT_FOUND,
            f"There is nothing at {path[:100]}.",
            remedy="Use POST /predict for predictions; GET /docs shows everything there is.",
        ) from error
    if status == 405:
        # files, which know no other methods, don't say so
        allowed = (getattr(error, "headers", None) or {}).get("Allow") or ", ".join(_READ)
        request.scope[ALLOW] = allowed
        raise AnOpsError(
            Code.METHOD_NOT_ALLOWED,
            f"{path[:100]} does not take {request.method}.",
            remedy=f"Use {allowed}.",
        ) from error
    raise error
