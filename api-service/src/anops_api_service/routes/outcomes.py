"""The endpoint `POST /outcomes`: what came true of predictions, kept beside them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from anops_http.request_ids import request_id_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.outcome_rows import outcomes_of
from starlette.routing import Route

from anops_api_service.bodies.body_room import Held
from anops_api_service.bodies.compressed import unpacked
from anops_api_service.bodies.media import JSON, media_type, read_body, utf8_of
from anops_api_service.request_headers import headers_of, names
from anops_api_service.routes.reading import json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from anops_api_service.bodies.body_room import BodyRoom
    from anops_api_service.limits import Limits
    from anops_api_service.prediction_log import PredictionLog

_HEADERS = names("content-type", "content-encoding", "content-length")
_SHAPE = 'Send {"outcomes": [{"request_id": "…", "row": 1, "outcome": 21.4}]}.'


@dataclass(frozen=True, slots=True)
class OutcomesEndpoint:
    """A plain ASGI application.

    Attributes:
        limits: How much is read.
        bodies: What there is for bodies.
        prediction_log: Keeps them; None: there is no log.
    """

    limits: Limits
    bodies: BodyRoom
    prediction_log: PredictionLog | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: once it is answered, the outcomes are on the disk."""
        if self.prediction_log is None:
            raise AnOpsError(
                Code.PATH_NOT_FOUND,
                "This service keeps no prediction log, so it takes no outcomes.",
                remedy="Set `log_predictions` under [service] in ao.toml, or ANOPS_PREDICTION_LOG for a container.",
            )
        headers, held = headers_of(scope, _HEADERS), Held(self.bodies)
        media = media_type(headers.get("content-type", ""), headers.get("content-encoding", ""))
        if media.kind != JSON:
            raise AnOpsError(Code.MEDIA_TYPE, f"Outcomes are sent as JSON, not as {media.kind}.", remedy=_SHAPE)
        try:
            body = await read_body(
                unpacked(receive, media.packed) if media.packed else receive,
                most=self.limits.body,
                announced=headers.get("content-length", ""),
                held=held,
                scope=scope,
            )
            taken = await asyncio.to_thread(_kept, self.prediction_log, utf8_of(body, media.charset))
        finally:
            if held.size:
                held.give_back()
        answer = json(msgspec.json.encode(taken | {"request_id": request_id_of(scope)}))
        await answer(scope, receive, send)


def routes(outcomes: ASGIApp) -> list[Route]:
    """Return the route."""
    return [Route("/outcomes", outcomes, methods=["POST"])]


def _kept(log: PredictionLog, body: bytes) -> dict[str, object]:
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise AnOpsError(Code.BODY_SYNTAX, f"Can't read the body as JSON: {error}.", remedy=_SHAPE) from error
    if not isinstance(told, dict) or told.keys() != {"outcomes"} or not isinstance(told["outcomes"], list):
        raise AnOpsError(Code.BODY_SHAPE, "The body must be an object with the list `outcomes`.", remedy=_SHAPE)
    outcomes = outcomes_of(told["outcomes"], now=time.time())
    try:
        return log.tell(outcomes).to_dict()
    except OSError as error:
        raise AnOpsError(
            Code.LOG_UNUSABLE,
            f"The prediction log can't be written, and none of the outcomes is kept: {error}.",
            remedy="Send them again in a while: what is sent twice is kept once.",
        ) from error
