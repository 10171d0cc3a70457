"""The endpoint `POST /predict`: body in, checked frame to the model, answer out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
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
    utf8_of,
)
from anops_api_service.query_options import options_of
from anops_api_service.request_context import request_id_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Message, Receive, Scope, Send

    from anops_api_service.bodies.decoded import Decoded, Sent
    from anops_api_service.loaded_model import LoadedModel
    from anops_api_service.model_client import ModelClient

PATIENCE_SECONDS = 0.05
"""After so long without an answer it is watched whether the client is still there."""

_HEADERS = {name.encode(): name for name in ("accept", "content-type", "content-encoding", "content-length")}
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
        kind = _answer_kind(headers.get("accept", ""))
        media = _media_type(headers.get("content-type", ""), headers.get("content-encoding", ""))
        body = await read_body(receive, most=self.max_body_bytes, announced=headers.get("content-length", ""))
        model = self.client.ready_model()
        query = scope["query_string"].decode("latin-1")
        large = len(body) > _LARGE_BYTES
        sent = (
            await asyncio.to_thread(_decode, body, media, query, model) if large else _read(body, media, query, model)
        )
        answer = await _unless_gone(self._predict(model, sent, request_id_of(scope)), receive)
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
                    *extra,
                ],
            }
        )
        await send({"type": "http.response.body", "body": content})

    async def _predict(self, model: LoadedModel, sent: Sent, request_id: str) -> Answer:
        answered = await self.client.predict(model, sent, request_id=request_id)
        return Answer(answered.frame, answered.warnings, model.name, answered.version, request_id)


def _read(body: bytes, media: MediaType, query: str, model: LoadedModel) -> Sent:
    """Read a small body: its rows may be checked with its batch."""
    if media.kind == JSON and media.charset == "utf-8":
        options = options_of(parse_qsl(query, keep_blank_values=True), model.schema) if query else None
        small = model.json_body.glance(body, options)
        if small is not None:
            return small
    return _decode(body, media, query, model)


def _decode(body: bytes, media: MediaType, query: str, model: LoadedModel) -> Decoded:
    options = options_of(parse_qsl(query, keep_blank_values=True), model.schema)
    if media.kind == CSV:
        return model.csv_body.read(body, options, charset=media.charset)
    return model.json_body.read(utf8_of(body, media.charset), options)


async def _unless_gone(work: Coroutine[None, None, Answer], receive: Receive) -> Answer:
    """Wait for the answer, and stop the work when the client leaves.

    Most answers are there before it pays to watch for that.

    Raises:
        ClientGone: It left.
    """
    here = asyncio.current_task()
    assert here is not None  # noqa: S101  a coroutine runs in a task
    watching: list[asyncio.Task[None]] = []

    async def watch() -> None:
        await _disconnect(receive)
        here.cancel()

    timer = asyncio.get_running_loop().call_later(
        PATIENCE_SECONDS, lambda: watching.append(asyncio.create_task(watch()))
    )
    try:
        return await work
    except asyncio.CancelledError:
        if any(task.done() and not task.cancelled() for task in watching) and here.uncancel() == 0:
            raise ClientGone from None
        raise
    finally:
        timer.cancel()
        for task in watching:
            task.cancel()


async def _disconnect(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers that count here; what is sent twice is joined, as RFC 9110 says."""
    headers: dict[str, str] = {}
    for key, value in scope["headers"]:
        if key in _HEADERS:
            name, text = _HEADERS[key], value.decode("latin-1")
            headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


@lru_cache(maxsize=64)
def _answer_kind(accept: str) -> str:
    return choose(accept, (JSON, CSV))


_media_type = lru_cache(maxsize=64)(media_type)
