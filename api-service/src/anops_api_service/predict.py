"""The endpoint `POST /predict`: body in, checked frame to the model, answer out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from anops_api_service.accept import choose
from anops_api_service.answers import Answer
from anops_api_service.bodies.media import (
    CSV,
    JSON,
    ClientGone,
    MediaType,
    media_type,
    read_body,
    text_of,
    utf8_of,
)
from anops_api_service.query_options import options_of
from anops_api_service.request_context import request_id_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Message, Receive, Scope, Send

    from anops_api_service.bodies.decoded import Decoded
    from anops_api_service.loaded_model import LoadedModel
    from anops_api_service.model_client import ModelClient

_LARGE_BYTES = 200_000
"""Bodies beyond this are read in a thread, so that health checks are answered meanwhile."""


@dataclass(frozen=True, slots=True)
class PredictEndpoint:
    """A plain ASGI application: nothing stands between the socket and the decoder.

    Attributes:
        client: The model.
        max_body_bytes: The largest body that is read.
    """

    client: ModelClient
    max_body_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = _headers(scope)
        kind = choose(headers.get("accept", ""), (JSON, CSV))
        media = media_type(headers.get("content-type", ""), headers.get("content-encoding", ""))
        body = await read_body(receive, most=self.max_body_bytes, announced=headers.get("content-length", ""))
        model = self.client.ready_model()
        query = scope["query_string"].decode("latin-1")
        large = len(body) > _LARGE_BYTES
        decoded = (
            await asyncio.to_thread(_decode, body, media, query, model) if large else _decode(body, media, query, model)
        )
        answer = await _unless_gone(self._predict(model, decoded, request_id_of(scope)), receive)
        write = answer.to_csv if kind == CSV else answer.to_json
        content = await asyncio.to_thread(write) if large else write()
        extra = []
        if kind == CSV:
            extra = [(b"anops-warnings", answer.warnings_header().encode("ascii"))] if answer.warnings else []
            kind = "text/csv; charset=utf-8"
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", kind.encode()),
                    (b"content-length", str(len(content)).encode()),
                    (b"vary", b"Accept"),
                    *extra,
                ],
            }
        )
        await send({"type": "http.response.body", "body": content})

    async def _predict(self, model: LoadedModel, decoded: Decoded, request_id: str) -> Answer:
        answered = await self.client.predict(model, decoded, request_id=request_id)
        warnings = (*decoded.warnings, *answered.warnings)
        return Answer(answered.frame, warnings, model.name, answered.version, request_id)


def _decode(body: bytes, media: MediaType, query: str, model: LoadedModel) -> Decoded:
    options = options_of(parse_qsl(query, keep_blank_values=True), model.schema)
    if media.kind == CSV:
        return model.csv_body.read(text_of(body, media.charset), options)
    return model.json_body.read(utf8_of(body, media.charset), options)


async def _unless_gone(work: Coroutine[None, None, Answer], receive: Receive) -> Answer:
    """Wait for the answer, and stop the work when the client leaves.

    Raises:
        ClientGone: It left.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone
        return await task
    finally:
        for waiting in (task, gone):
            waiting.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnect(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers by their lower-case names; what is sent twice is joined, as RFC 9110 says."""
    headers: dict[str, str] = {}
    for key, value in scope["headers"]:
        name, text = key.decode("latin-1"), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers
