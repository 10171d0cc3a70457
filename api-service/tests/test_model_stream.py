"""The client of the private stream, over real sockets."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from anops_api_service.upstream.private_stream import ModelStream
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.private_stream import (
    GREETING_BYTES,
    HEADER,
    VERSION,
    Announcement,
    StreamKind,
    limit_of,
    message,
)
from far_ends import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PROCESS = "0123456789abcdef0123456789abcdef"


class FarEnd:
    """A server of a few lines: it keeps the requests until a test answers them."""

    def __init__(self) -> None:
        self.requests: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        self.writer: asyncio.StreamWriter | None = None
        self.came = asyncio.Event()
        self.token = PROCESS
        self.greeting = b""
        self.kind = 0

    @asynccontextmanager
    async def listens(self) -> AsyncIterator[FarEnd]:
        async with listening(self._serve) as port:
            self.announcement = Announcement(port, PROCESS)
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readexactly(GREETING_BYTES)
            writer.write(self.greeting or Announcement(1, self.token).greeting)
            self.writer = writer
            self.came.set()
            while True:
                self.kind, number, length = HEADER.unpack(await reader.readexactly(HEADER.size))
                self.requests.put_nowait((number, await reader.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def answer(self, kind: StreamKind, number: int, body: bytes) -> None:
        assert self.writer is not None
        self.writer.write(message(kind, number, body))

    def hang_up(self) -> None:
        assert self.writer is not None
        self.writer.transport.abort()


@pytest.fixture
async def far_end() -> AsyncIterator[FarEnd]:
    async with FarEnd().listens() as far_end:
        yield far_end


@pytest.fixture
async def stream(far_end: FarEnd) -> AsyncIterator[ModelStream]:
    stream = ModelStream("127.0.0.1", far_end.announcement, nothing)
    await stream.open()
    yield stream
    stream.close()


async def nothing() -> None:
    """Have nothing to wait for."""


async def asks_when_open(stream: ModelStream) -> bytes:
    for _ in range(3000):
        if stream.is_open:
            break
        await asyncio.sleep(0.01)
    return await stream.infer(b"a")


async def test_answers_find_their_requests_in_whatever_order_they_come(far_end: FarEnd, stream: ModelStream) -> None:
    asked = [asyncio.create_task(stream.infer(body)) for body in (b"a", b"b")]
    (first, a), (second, b) = await far_end.requests.get(), await far_end.requests.get()
    assert (a, b) == (b"a", b"b")
    far_end.answer(StreamKind.ANSWER, second, b"to b")
    far_end.answer(StreamKind.ANSWER, 999, b"to nobody")
    far_end.answer(StreamKind.ANSWER, first, b"to a")
    assert await asyncio.gather(*asked) == [b"to a", b"to b"]


async def test_a_limit_goes_before_the_request(far_end: FarEnd, stream: ModelStream) -> None:
    asked = asyncio.create_task(stream.infer(b"a", within=1.5))
    number, body = await far_end.requests.get()
    assert (far_end.kind, limit_of(body)) == (StreamKind.LIMITED_REQUEST, (1.5, b"a"))
    far_end.answer(StreamKind.ANSWER, number, b"to a")
    assert await asked == b"to a"


async def test_a_problem_is_raised(far_end: FarEnd, stream: ModelStream) -> None:
    asked = asyncio.create_task(stream.infer(b"a"))
    number, _ = await far_end.requests.get()
    far_end.answer(StreamKind.PROBLEM, number, Problem(Code.MODEL_FAILED, "It failed.").to_bytes())
    with pytest.raises(AnOpsError, match="It failed"):
        await asked


async def test_who_waits_hears_that_the_service_has_stopped(far_end: FarEnd, stream: ModelStream) -> None:
    asked = asyncio.create_task(stream.infer(b"a"))
    await far_end.requests.get()
    far_end.hang_up()
    with pytest.raises(AnOpsError) as caught:
        await asked
    assert caught.value.problem.code is Code.NOT_READY
    assert not stream.is_open


async def test_an_answer_that_nobody_waits_for_any_more_harms_nothing(far_end: FarEnd, stream: ModelStream) -> None:
    asked = asyncio.create_task(stream.infer(b"a"))
    number, _ = await far_end.requests.get()
    asked.cancel()
    await asyncio.wait([asked])
    assert await far_end.requests.get() == (number, b"")
    assert far_end.kind == StreamKind.FORSAKEN, "the server need not compute it"
    far_end.answer(StreamKind.ANSWER, number, b"late")
    again = asyncio.create_task(stream.infer(b"b"))
    number, _ = await far_end.requests.get()
    far_end.answer(StreamKind.ANSWER, number, b"to b")
    assert await again == b"to b"


async def test_a_stream_that_broke_is_opened_again(
    far_end: FarEnd, stream: ModelStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_api_service.upstream.private_stream.AGAIN_SECONDS", 0.01)
    await far_end.came.wait()
    far_end.came.clear()
    far_end.hang_up()
    await asyncio.wait_for(far_end.came.wait(), 30)
    asked = asyncio.create_task(asks_when_open(stream))
    number, _ = await far_end.requests.get()
    far_end.answer(StreamKind.ANSWER, number, b"here again")
    assert await asked == b"here again"


async def test_another_process_at_the_port_is_not_asked(far_end: FarEnd) -> None:
    far_end.token = "f" * 32
    stream = ModelStream("127.0.0.1", far_end.announcement, nothing)
    await stream.open()
    assert not stream.is_open
    stream.close()


async def test_a_port_that_cant_be_reached_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with FarEnd().listens() as far_end:
        pass
    stream = ModelStream("127.0.0.1", far_end.announcement, nothing)
    with caplog.at_level("INFO", "anops.api"):
        await stream.open()
    assert not stream.is_open
    assert "can't be reached: predictions take gRPC" in caplog.text
    stream.close()


async def test_a_process_of_another_version_is_told_of_and_left_alone(
    far_end: FarEnd, caplog: pytest.LogCaptureFixture
) -> None:
    far_end.greeting = b"anops-stream 9 " + PROCESS.encode() + b"\n"
    stream = ModelStream("127.0.0.1", far_end.announcement, nothing)
    await stream.open()
    stream.close()
    assert not stream.is_open
    assert f"speaks version 9 of the private stream, and this api-service version {VERSION}" in caplog.text


async def test_a_server_that_stops_hears_when_what_was_received_has_its_answer(far_end: FarEnd) -> None:
    answered = asyncio.Event()

    async def settled() -> None:
        await answered.wait()

    stream = ModelStream("127.0.0.1", far_end.announcement, settled)
    await stream.open()
    await far_end.came.wait()
    far_end.answer(StreamKind.STOPPING, 0, b"")
    asked = asyncio.create_task(stream.infer(b"a"))
    number, _ = await far_end.requests.get()
    far_end.answer(StreamKind.ANSWER, number, b"to a")
    assert await asked == b"to a", "it goes on meanwhile"
    answered.set()
    assert await far_end.requests.get() == (0, b"")
    assert far_end.kind == StreamKind.DRAINED
    stream.close()
