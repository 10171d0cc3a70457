"""The server of the private stream, over real sockets, in front of a supervisor that is a few lines."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

import uvloop
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.private_stream import GREETING_BYTES, HEADER, LARGEST_BYTES, StreamKind, limited, message
from anops_model_service.lending import Lending
from anops_model_service.streams import MOST_UNGREETED, Streams
from anops_worker.lent import Terms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest
    from anops_model_service.supervisor import Supervisor


class Backwards:
    """Gives a request back reversed, when it is let."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.came = asyncio.Event()
        self.asked = 0
        self.within: list[float | None] = []
        self.lending = Lending(
            terms=lambda _: Terms(), seconds=1, give_back=lambda _: None, end=lambda _: None, enabled=False
        )

    def lend_idle(self) -> None:
        """It has none."""

    async def infer(self, request: bytes, *, within: float | None = None, borrower: object = None) -> bytes:  # noqa: ARG002  it lends none
        self.within.append(within)
        self.asked += 1
        self.came.set()
        if request == b"fast":
            return request
        await self.go.wait()
        if request == b"wrong":
            raise AnOpsError(Code.MODEL_FAILED, "Can't predict: it is wrong.")
        return request[::-1]


@asynccontextmanager
async def serving(supervisor: Backwards) -> AsyncIterator[Streams]:
    streams = await Streams.listen(cast("Supervisor", supervisor), "127.0.0.1", 0)
    try:
        yield streams
    finally:
        await streams.close()


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def greeted(self) -> bytes:
        return await self.reader.readexactly(GREETING_BYTES)

    def ask(self, number: int, request: bytes) -> None:
        self.writer.write(message(StreamKind.REQUEST, number, request))

    async def answer(self) -> tuple[StreamKind, int, bytes]:
        kind, number, length = HEADER.unpack(await self.reader.readexactly(HEADER.size))
        return StreamKind(kind), number, await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        return await asyncio.wait_for(self.reader.read(), 30)


@asynccontextmanager
async def calling(streams: Streams, greeting: bytes = b"") -> AsyncIterator[Caller]:
    caller = Caller(*await asyncio.open_connection("127.0.0.1", streams.announcement.port))
    caller.writer.write(greeting or streams.announcement.greeting)
    try:
        yield caller
    finally:
        caller.writer.close()
        with suppress(ConnectionError):
            await caller.writer.wait_closed()


async def unused(port: int) -> None:
    """Wait until nobody listens at a port; no connection is made, which could come just while the listener ends."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return
        await asyncio.sleep(0.01)


async def test_each_request_gets_its_own_answer_when_it_is_ready() -> None:
    supervisor = Backwards()
    supervisor.go.clear()
    async with serving(supervisor) as streams, calling(streams) as caller:
        assert await caller.greeted() == streams.announcement.greeting
        caller.ask(1, b"slow")
        caller.ask(2, b"fast")
        assert await caller.answer() == (StreamKind.ANSWER, 2, b"fast")
        supervisor.go.set()
        assert await caller.answer() == (StreamKind.ANSWER, 1, b"wols")


async def test_a_problem_is_the_answer_to_its_request_alone() -> None:
    async with serving(Backwards()) as streams, calling(streams) as caller:
        await caller.greeted()
        caller.ask(8, b"wrong")
        kind, number, body = await caller.answer()
        assert (kind, number, Problem.from_bytes(body).message) == (
            StreamKind.PROBLEM,
            8,
            "Can't predict: it is wrong.",
        )
        caller.ask(9, b"abc")
        assert await caller.answer() == (StreamKind.ANSWER, 9, b"cba")


async def test_a_request_can_say_how_long_it_may_be_computed() -> None:
    supervisor = Backwards()
    async with serving(supervisor) as streams, calling(streams) as caller:
        await caller.greeted()
        caller.writer.write(message(StreamKind.LIMITED_REQUEST, 5, limited(b"abc", 1.5)))
        assert await caller.answer() == (StreamKind.ANSWER, 5, b"cba")
        caller.ask(6, b"abc")
        await caller.answer()
    assert supervisor.within == [1.5, None]


async def test_who_never_says_who_it_is_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anops_model_service.streams.GREETING_SECONDS", 0.2)
    async with serving(Backwards()) as streams, calling(streams) as greeted, calling(streams, b"anops") as silent:
        await greeted.greeted()
        with suppress(ConnectionResetError):
            assert await silent.rest() == b""
        greeted.ask(1, b"abc")
        assert await greeted.answer() == (StreamKind.ANSWER, 1, b"cba")


async def test_of_too_many_that_say_nothing_the_oldest_is_ended() -> None:
    async with serving(Backwards()) as streams, calling(streams) as greeted, AsyncExitStack() as held:
        await greeted.greeted()
        oldest = await held.enter_async_context(calling(streams, b"a"))
        later = await held.enter_async_context(calling(streams))
        await later.greeted()  # the system hands them over in their order
        others = [await held.enter_async_context(calling(streams, b"a")) for _ in range(MOST_UNGREETED)]
        with suppress(ConnectionResetError):
            assert await oldest.rest() == b""
        assert not any(other.reader.at_eof() for other in (later, *others))
        greeted.ask(1, b"abc")
        assert await greeted.answer() == (StreamKind.ANSWER, 1, b"cba")


async def test_who_looks_for_another_process_is_not_served() -> None:
    supervisor = Backwards()
    async with serving(supervisor) as streams:
        for greeting in (b"anops-stream 1 " + b"0" * 32 + b"\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 40):
            async with calling(streams, greeting + message(StreamKind.REQUEST, 1, b"abc")) as caller:
                with suppress(ConnectionResetError):
                    assert await caller.rest() == b""
    assert supervisor.asked == 0


async def test_a_request_that_is_too_long_ends_its_stream_alone() -> None:
    async with serving(Backwards()) as streams, calling(streams) as caller, calling(streams) as other:
        await caller.greeted()
        await other.greeted()
        caller.writer.write(HEADER.pack(StreamKind.REQUEST, 1, LARGEST_BYTES + 1))
        assert await caller.rest() == b""
        other.ask(1, b"abc")
        assert await other.answer() == (StreamKind.ANSWER, 1, b"cba")


async def test_the_end_waits_for_what_was_asked() -> None:
    supervisor = Backwards()
    supervisor.go.clear()
    streams = await Streams.listen(cast("Supervisor", supervisor), "127.0.0.1", 0)
    async with calling(streams) as caller:
        await caller.greeted()
        caller.ask(1, b"abc")
        await supervisor.came.wait()
        closing = asyncio.create_task(streams.close())
        await unused(streams.announcement.port)
        assert not closing.done()
        supervisor.go.set()
        await asyncio.wait_for(closing, 30)
        assert await caller.answer() == (StreamKind.ANSWER, 1, b"cba")
        assert await caller.rest() == b""
    await unused(streams.announcement.port)


async def test_each_api_service_is_asked_whether_it_has_answered_what_it_had() -> None:
    async with serving(Backwards()) as streams, calling(streams) as one, calling(streams) as other:
        await one.greeted()
        await other.greeted()
        drained = asyncio.create_task(streams.drained())
        for caller in (one, other):
            assert await caller.answer() == (StreamKind.STOPPING, 0, b"")
        one.ask(1, b"abc")
        assert await one.answer() == (StreamKind.ANSWER, 1, b"cba")
        one.writer.write(message(StreamKind.DRAINED, 0, b""))
        one.ask(2, b"abc")
        assert await one.answer() == (StreamKind.ANSWER, 2, b"cba")
        assert not drained.done(), "the other has something"
        other.writer.close()  # who is gone has nothing
        await asyncio.wait_for(drained, 30)


async def test_who_speaks_another_version_hears_which_one_would_do() -> None:
    supervisor = Backwards()
    async with serving(supervisor) as streams:
        greeting = b"anops-stream 3 " + streams.announcement.token.encode() + b"\n"
        async with calling(streams, greeting + message(StreamKind.REQUEST, 1, b"abc")) as caller:
            assert await caller.greeted() == streams.announcement.greeting
            with suppress(ConnectionResetError):
                assert await caller.rest() == b""
    assert supervisor.asked == 0


def test_an_answer_that_nobody_waits_for_is_no_fault_of_the_service() -> None:
    """Of uvloop, which the service runs on: asyncio's own loop takes what is written after the end without a word."""

    async def asked_and_left() -> list[dict[str, object]]:
        faults: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        supervisor = Backwards()
        supervisor.go.clear()
        async with serving(supervisor) as streams:
            async with calling(streams) as caller:
                await caller.greeted()
                # twice by one number: the service knows of the second alone
                caller.writer.write(2 * message(StreamKind.REQUEST, 1, b"slow"))
                await supervisor.came.wait()
            await asyncio.sleep(0.05)
            supervisor.go.set()
            await asyncio.sleep(0.05)
        gc.collect()
        return faults

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(asked_and_left()) == []
