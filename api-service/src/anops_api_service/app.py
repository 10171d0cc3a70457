"""The application: all endpoints behind one front door."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter

from anops_api_service.bodies.body_room import BodyRoom
from anops_api_service.chain import Layer, chain
from anops_api_service.cors import Cors
from anops_api_service.limits import Limits
from anops_api_service.logs import RequestLog
from anops_api_service.patience import Patience
from anops_api_service.request_context import RequestContext
from anops_api_service.routes.every import every_route
from anops_api_service.routes.predict import PredictEndpoint
from anops_api_service.routes.unknown import Routed
from anops_api_service.spool import SpoolRoom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from anops_api_service.model_client import ModelClient

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class _Endpoints:
    """Takes predictions to their endpoint directly: to look for it among all costs as much as reading a small body.

    Attributes:
        predict: Answers `POST /predict`.
        routed: Answers everything else.
    """

    predict: ASGIApp
    routed: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hot = scope["type"] == "http" and scope["path"] == "/predict" and scope["method"] == "POST"
        await (self.predict if hot else self.routed)(scope, receive, send)


def make_app(
    client: ModelClient,
    limits: Limits = _LIMITS,
    origins: frozenset[str] = frozenset(),
    layers: Sequence[Layer] = (),
) -> ASGIApp:
    """Make the application.

    Args:
        client: The model; it is followed for as long as the application runs.
        limits: How much requests may take of memory and disk.
        origins: Those whose web pages may ask.
        layers: What else every request passes, behind its context and the origins; the first is the outermost.
    """
    requests = RequestLog()

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        following = asyncio.create_task(client.follow())
        yield
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        requests.flush()

    patience = Patience(client.deadline_seconds, client.too_late)
    predict = PredictEndpoint(client, limits, SpoolRoom(limits.spool), patience, BodyRoom(limits.bodies))
    router = APIRouter(routes=every_route(client, predict), redirect_slashes=False, lifespan=lifespan)
    door: list[Layer] = [partial(RequestContext, requests=requests)]
    if origins:
        door.append(partial(Cors, origins=origins))
    return chain(_Endpoints(predict, Routed(router)), [*door, *layers])
