"""Answers look on the wire as uvicorn writes them, whatever their end and their headers are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from anops_http.connections.connection import Connection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem
    from starlette.types import ASGIApp, Receive, Scope, Send


class Everyone:
    """Looks after no connection."""

    now = 0.0
    draining = False
    arrived = 0

    def admit(self, connection: Connection) -> None:
        """Let it in."""

    def write(self, problem: Problem) -> Any:
        raise AssertionError(problem)


class Wire(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


async def exchange(app: ASGIApp, request: bytes, *, ours: bool) -> tuple[bytes, bool]:
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, server_header=False)
    config.load()
    state = ServerState()
    state.default_headers = [(b"date", b"Mon, 30 Nov 2026 20:40:00 GMT")]  # as its server has it
    made = Connection(config, state, {}, connections=Everyone()) if ours else HttpToolsProtocol(config, state, {})
    wire = Wire()
    made.connection_made(wire)
    made.data_received(request)
    while made.tasks:
        await asyncio.wait(made.tasks)
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    made.connection_lost(None)
    return wire.written, wire.closed


def answering(status: int, headers: dict[str, str], *chunks: bytes) -> ASGIApp:
    async def app(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        for chunk in chunks[:-1]:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": chunks[-1] if chunks else b""})

    return app


GET = b"GET /a%20b?c=1 HTTP/1.1\r\nhost: here\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        GET,
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"here", b"here\r\nconnection: close"),
    ],
    ids=["kept", "head", "old", "closed"],
)
@pytest.mark.parametrize(
    ("status", "headers", "chunks"),
    [
        (200, {"content-type": "text/plain", "content-length": "4"}, (b"1234",)),
        (200, {"content-length": "4"}, (b"12", b"34")),
        (200, {"content-length": "0"}, (b"",)),
        (200, {"content-length": "4"}, (b"12",)),
        (200, {"content-type": "text/plain"}, (b"12", b"34")),
        (503, {"content-length": "1", "connection": "close"}, (b"1",)),
        (204, {}, ()),
    ],
    ids=["whole", "in-parts", "nothing", "short", "chunked", "closing", "empty"],
)
async def test_an_answer_is_written_as_uvicorn_writes_it(
    request_bytes: bytes, status: int, headers: dict[str, str], chunks: tuple[bytes, ...]
) -> None:
    app = answering(status, headers, *chunks)
    ours = await exchange(app, request_bytes, ours=True)
    assert ours == await exchange(app, request_bytes, ours=False)
    assert ours[0].startswith(b"HTTP/1.1 ")
    assert b"\r\ndate: Mon, 30 Nov 2026" in ours[0]


async def test_a_request_comes_as_uvicorn_has_it_come_and_then_its_client_leaves() -> None:
    came: list[list[Any]] = []

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        told = [await receive()]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await send({"type": "http.response.body", "body": b"1"})
        came.append([*told, await receive(), await receive()])

    posted = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\nab"
    answers = [await exchange(app, posted, ours=ours) for ours in (True, False)]
    assert answers[0] == answers[1]
    assert came[0] == came[1]
    assert came[0][0] == {"type": "http.request", "body": b"ab", "more_body": False}


async def test_what_an_application_is_told_of_a_request_is_what_uvicorn_tells() -> None:
    told: list[dict[str, Any]] = []

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        told.append({key: value for key, value in scope.items() if key != "asgi"})
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    for ours in (True, False):
        await exchange(app, GET, ours=ours)
    assert told[0] == told[1]
    assert told[0]["path"] == "/a b"


@pytest.mark.parametrize("headers", [{"a": "1\r\nb: 2"}, {"a\n": "1"}], ids=["value", "name"])
async def test_a_header_can_not_begin_another(headers: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    written, _ = await exchange(answering(200, {**headers, "content-length": "0"}), GET, ours=True)
    assert written.startswith(b"HTTP/1.1 500 ")
    assert b"b: 2" not in written
    assert "control character" in caplog.text
