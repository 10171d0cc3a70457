"""The fixed port in front of the current model-service."""

from __future__ import annotations

import asyncio
import contextlib

from anops_control.serving.relay import Relay


async def _server(answer: bytes) -> tuple[asyncio.Server, int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):  # also where the end of the test comes before that of the connection
            while line := await reader.readline():
                writer.write(answer + line)
                await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def _echo() -> tuple[asyncio.Server, int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"?\n")
    return await reader.readline()


async def test_new_connections_go_to_the_new_target_and_old_ones_stay() -> None:
    relay = Relay()
    await relay.open()
    old, relay.target = await _server(b"old")
    first = await asyncio.open_connection("127.0.0.1", relay.port)
    assert await _ask(*first) == b"old?\n"

    new, relay.target = await _server(b"new")
    second = await asyncio.open_connection("127.0.0.1", relay.port)
    await relay.wait_for_connection()

    assert await _ask(*second) == b"new?\n"
    assert await _ask(*first) == b"old?\n"
    for _, writer in (first, second):
        writer.close()
        await writer.wait_closed()
    await relay.close()
    for server in (old, new):
        server.close()


async def test_connection_closes_while_there_is_no_target() -> None:
    relay = Relay()
    await relay.open()

    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)

    assert await reader.read() == b""
    writer.close()
    await relay.close()


async def test_megabytes_pass_unchanged() -> None:
    relay = Relay()
    await relay.open()
    server, relay.target = await _echo()
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port, limit=1 << 26)
    sent = b"x" * (1 << 20) + b"\n"

    async def send() -> None:
        for _ in range(8):
            writer.write(sent)
            await writer.drain()

    sending = asyncio.create_task(send())
    async with asyncio.timeout(20):
        received = [await reader.readexactly(len(sent)) for _ in range(8)]
        await sending

    assert received == [sent] * 8
    writer.close()
    await relay.close()
    server.close()
