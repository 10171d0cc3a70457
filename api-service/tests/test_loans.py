"""Workers that a model-service lends, over real sockets, as the api-service asks them and gives them back."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from anops_api_service.upstream import lent_worker, loans
from anops_api_service.upstream.private_stream import ModelStream
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.private_stream import (
    GREETING_BYTES,
    HEADER,
    LARGEST_BYTES,
    LIMIT,
    LOAN,
    Announcement,
    StreamKind,
    message,
)
from far_ends import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Message = tuple[StreamKind, int, bytes]


class Line:
    """One connection at the model-service's end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, kind: StreamKind, number: int = 0, body: bytes = b"") -> None:
        self.writer.write(message(kind, number, body))

    async def heard(self) -> Message | None:
        """Return the next message; None where the connection has ended."""
        try:
            kind, number, length = HEADER.unpack(await self.reader.readexactly(HEADER.size))
            return StreamKind(kind), number, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None


class ModelService:
    """Lends as a test tells it to."""

    def __init__(self) -> None:
        self.streams: asyncio.Queue[Line] = asyncio.Queue()
        self.workers: asyncio.Queue[tuple[int, Line]] = asyncio.Queue()
        self.lends = asyncio.Event()
        self.lends.set()

    @asynccontextmanager
    async def listens(self) -> AsyncIterator[ModelService]:
        async with listening(self._meet) as port:
            self.announcement = Announcement(port, "t" * 32)
            yield self

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        greeting = await reader.readexactly(GREETING_BYTES)
        if greeting == self.announcement.greeting_of_a_loan:
            (number,) = LOAN.unpack(await reader.readexactly(LOAN.size))
            self.workers.put_nowait((number, line))
            await self.lends.wait()
            writer.write(greeting)
        else:
            writer.write(greeting)
            self.streams.put_nowait(line)


@pytest.fixture
async def service() -> AsyncIterator[ModelService]:
    async with ModelService().listens() as service:
        yield service


@pytest.fixture
async def stream(service: ModelService) -> AsyncIterator[ModelStream]:
    stream = ModelStream("127.0.0.1", service.announcement, settled)
    await stream.open()
    yield stream
    stream.close()


@pytest.fixture
async def line(service: ModelService, stream: ModelStream) -> Line:  # noqa: ARG001  it connects
    return await service.streams.get()


async def settled() -> None:
    """Have nothing to wait for."""


async def borrowed(service: ModelService, stream: ModelStream, line: Line, *, seconds: float = 30) -> Line:
    line.say(StreamKind.OFFER, 7, LIMIT.pack(seconds))
    number, worker = await service.workers.get()
    assert number == 7
    for _ in range(3000):
        if stream.takes_any_length:
            break
        await asyncio.sleep(0.01)
    return worker


async def test_a_worker_is_asked_one_request_at_a_time(service: ModelService, stream: ModelStream, line: Line) -> None:
    worker = await borrowed(service, stream, line)
    first, second = (asyncio.create_task(stream.infer(body)) for body in (b"a", b"b"))
    assert await worker.heard() == (StreamKind.REQUEST, 0, b"a")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await worker.reader.read(1)
    worker.say(StreamKind.ANSWER, body=b"to a")
    assert await first == b"to a"
    assert await worker.heard() == (StreamKind.REQUEST, 0, b"b")
    worker.say(StreamKind.PROBLEM, body=Problem(Code.MODEL_FAILED, "It fails.").to_bytes())
    with pytest.raises(AnOpsError, match="It fails"):
        await second


async def test_a_long_request_goes_to_a_worker_alone(service: ModelService, stream: ModelStream, line: Line) -> None:
    long = bytes(LARGEST_BYTES)
    assert await stream.infer(long) is None
    worker = await borrowed(service, stream, line)
    asked = asyncio.create_task(stream.infer(long))
    assert await worker.heard() == (StreamKind.REQUEST, 0, long)
    worker.say(StreamKind.ANSWER, body=b"read")
    assert await asked == b"read"


async def test_a_worker_that_is_called_back_answers_first(
    service: ModelService, stream: ModelStream, line: Line
) -> None:
    worker = await borrowed(service, stream, line)
    first = asyncio.create_task(stream.infer(b"a"))
    assert await worker.heard() == (StreamKind.REQUEST, 0, b"a")
    second = asyncio.create_task(stream.infer(b"b"))
    line.say(StreamKind.RECALL, 7)
    assert await line.heard() == (StreamKind.REQUEST, 1, b"b"), "nobody else is lent: the stream takes it"
    worker.say(StreamKind.ANSWER, body=b"to a")
    assert await first == b"to a"
    assert await worker.heard() is None
    line.say(StreamKind.ANSWER, 1, b"to b")
    assert await second == b"to b"


async def coming(service: ModelService, line: Line) -> Line:
    service.lends.clear()
    line.say(StreamKind.OFFER, 7, LIMIT.pack(30))
    _, worker = await service.workers.get()
    return worker


async def test_a_worker_that_is_called_back_before_it_has_greeted_goes_back(
    service: ModelService, stream: ModelStream, line: Line
) -> None:
    worker = await coming(service, line)
    line.say(StreamKind.RECALL, 7)
    asked = asyncio.create_task(stream.infer(b"a"))
    assert await line.heard() == (StreamKind.REQUEST, 1, b"a")
    line.say(StreamKind.ANSWER, 1, b"to a")
    assert await asked == b"to a", "what was said before that was heard, too"
    service.lends.set()
    async with asyncio.timeout(10):
        assert await worker.heard() is None


async def test_the_end_of_the_stream_ends_a_worker_that_has_not_greeted(
    service: ModelService,
    stream: ModelStream,  # noqa: ARG001  it borrows
    line: Line,
) -> None:
    worker = await coming(service, line)
    line.writer.transport.abort()
    async with asyncio.timeout(10):
        assert await worker.heard() is None
    service.lends.set()


async def test_what_a_full_worker_has_not_begun_is_asked_of_another(
    service: ModelService, stream: ModelStream, line: Line
) -> None:
    worker = await borrowed(service, stream, line)
    asked = asyncio.create_task(stream.infer(b"a"))
    await worker.heard()
    worker.say(StreamKind.FULL)
    assert await line.heard() == (StreamKind.REQUEST, 1, b"a")
    assert await worker.heard() is None
    line.say(StreamKind.ANSWER, 1, b"to a")
    assert await asked == b"to a"


@pytest.mark.parametrize("told_first", [True, False])
async def test_who_waits_for_a_lost_worker_hears_why(
    service: ModelService, stream: ModelStream, line: Line, *, told_first: bool
) -> None:
    worker = await borrowed(service, stream, line)
    asked = asyncio.create_task(stream.infer(b"a"))
    await worker.heard()
    problem = Problem(Code.WORKER_DIED, "It died (signal SIGKILL).").to_bytes()
    if told_first:
        line.say(StreamKind.LOST, 7, problem)
        await asyncio.sleep(0.05)
    worker.writer.transport.abort()
    if not told_first:
        await asyncio.sleep(0.05)
        line.say(StreamKind.LOST, 7, problem)
    with pytest.raises(AnOpsError, match="SIGKILL"):
        await asked


async def test_a_worker_that_takes_too_long_is_told_of_even_where_its_caller_has_left(
    service: ModelService, stream: ModelStream, line: Line
) -> None:
    worker = await borrowed(service, stream, line, seconds=0.2)
    asked = asyncio.create_task(stream.infer(b"a"))
    await worker.heard()
    asked.cancel()
    with suppress(asyncio.CancelledError):
        await asked
    assert await line.heard() == (StreamKind.OVERDUE, 7, LIMIT.pack(0.2))


async def test_a_shorter_limit_is_minded_before_longer_ones(
    service: ModelService, stream: ModelStream, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lent_worker, "SHORTEST_LIMIT", 0.1)
    worker = await borrowed(service, stream, line)
    first = asyncio.create_task(stream.infer(b"a"))
    await worker.heard()
    worker.say(StreamKind.ANSWER, body=b"to a")
    await first
    asked = asyncio.create_task(stream.infer(b"b", within=0.1))
    assert await line.heard() == (StreamKind.OVERDUE, 7, LIMIT.pack(0.1))
    asked.cancel()


async def test_the_end_of_the_stream_ends_what_is_lent(service: ModelService, stream: ModelStream, line: Line) -> None:
    worker = await borrowed(service, stream, line)
    asked = asyncio.create_task(stream.infer(b"a"))
    await worker.heard()
    line.writer.transport.abort()
    with pytest.raises(AnOpsError) as failed:
        await asked
    assert failed.value.problem.code is Code.NOT_READY
    assert await worker.heard() is None


async def test_who_waits_longer_than_a_prediction_may_take_is_refused(
    service: ModelService, stream: ModelStream, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loans, "REPLACE_SECONDS", 0.1)
    worker = await borrowed(service, stream, line, seconds=0.1)
    first = asyncio.create_task(stream.infer(b"a"))
    await worker.heard()
    with pytest.raises(AnOpsError) as refused:
        await stream.infer(b"b")
    assert refused.value.problem.code is Code.QUEUE_FULL
    first.cancel()
