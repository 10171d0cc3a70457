"""What is written in one turn of the loop goes out in one call of the system; nothing is lost or kept back for long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import uvicorn
from anops_http.connections.transport import GATHERED_BYTES, GatheringProtocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Wire(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def answering(*chunks: bytes) -> ASGIApp:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        size = sum(map(len, chunks))
        headers = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for chunk in chunks:
            size -= len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": size > 0})

    return app


async def answer(app: ASGIApp, *, connection: str = "keep-alive") -> Wire:
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    config.load()
    protocol = GatheringProtocol(config=config, server_state=ServerState(), app_state={})
    wire = Wire()
    protocol.connection_made(wire)
    protocol.data_received(f"GET / HTTP/1.1\r\nhost: here\r\nconnection: {connection}\r\n\r\n".encode())
    while protocol.tasks:
        await asyncio.wait(protocol.tasks)
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    protocol.connection_lost(None)
    return wire


async def test_head_and_body_go_out_together() -> None:
    wire = await answer(answering(b"hello"))
    (written,) = wire.writes
    assert written.startswith(b"HTTP/1.1 200")
    assert written.endswith(b"\r\n\r\nhello")


async def test_a_connection_that_is_closed_has_its_answer_first() -> None:
    wire = await answer(answering(b"hello"), connection="close")
    assert b"".join(wire.writes).endswith(b"hello")
    assert wire.closed


async def test_large_parts_are_not_kept_back() -> None:
    chunks = [bytes([65 + i]) * GATHERED_BYTES for i in range(5)]
    wire = await answer(answering(*chunks))
    assert b"".join(wire.writes).endswith(b"".join(chunks))
    assert len(wire.writes) >= len(chunks)
