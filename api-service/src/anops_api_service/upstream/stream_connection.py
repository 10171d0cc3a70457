"""One connection of the private stream: requests go out, and each gets its own answer in whatever order they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.framing import Splitter, TooLongError
from anops_model_interface.private_stream import (
    GREETING_BYTES,
    HEADER,
    LARGEST_BYTES,
    LIMIT,
    StreamKind,
    limited,
    message,
)
from anops_model_interface.worker_figures import WorkerFigures

from anops_api_service.logs import log
from anops_api_service.upstream.lent_worker import LARGEST_ANSWER_BYTES
from anops_api_service.upstream.loans import Loans
from anops_api_service.upstream.unheard import give_up_unheard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from anops_model_interface.private_stream import Announcement

    from anops_api_service.upstream.lent_worker import Asked

FIGURES_SECONDS = 2.0
"""How long a model-service may take to say how its workers are."""
STOPPED = Problem(Code.NOT_READY, "Can't predict: the model-service has stopped.", remedy="Send the request again.")
_ANSWERS = {StreamKind.ANSWER, StreamKind.PROBLEM}


class StreamConnection(asyncio.Protocol):
    """One connection, from the greeting to its end.

    Attributes:
        greeted: Done when the server has answered the greeting; `ConnectionError` where it is another one.
        lost: Done when it has ended.
        other_version: That of the stream which the process at the other end speaks, where it is not ours.
        loans: The workers that it has lent.
    """

    def __init__(self, host: str, announcement: Announcement, settled: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._announcement = announcement
        self.other_version: str | None = None
        self._heard = b""
        self._splitter = Splitter(HEADER, most_bytes=LARGEST_ANSWER_BYTES)
        self.loans = Loans(host, announcement, self._tell)
        self._asked = 0
        self._begun = 0
        self._under_way: set[int] = set()
        self._ended = asyncio.Event()
        self._waiting: dict[int, asyncio.Future[Asked]] = {}
        self._figures: dict[int, asyncio.Future[bytes]] = {}
        self._retired = False
        self._settled = settled
        self._draining: asyncio.Task[None] | None = None
        self._problem = STOPPED

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the model-service."""
        # a socket's; those of uvloop are none by class
        self._transport = cast("asyncio.Transport", transport)
        give_up_unheard(self._transport)
        self._transport.write(self._announcement.greeting)

    async def ask(self, request: bytes, within: float | None) -> Asked | None:
        """Have a lent worker answer a request, or else the model-service; None where it is too long for the stream."""
        self._begun += 1
        number = self._begun
        self._under_way.add(number)
        try:
            while (worker := await self.loans.take()) is not None:
                if (asked := await worker.ask(request, within)) is not None:
                    return asked
            return await self._by_stream(request, within)
        finally:
            self._under_way.discard(number)
            self._ended.set()
            if self._retired and not self._under_way:
                self._transport.abort()

    async def _by_stream(self, request: bytes, within: float | None) -> Asked | None:
        if self.lost.done():
            raise AnOpsError.of(self._problem)
        if len(request) + LIMIT.size > LARGEST_BYTES:
            return None
        self._asked += 1
        number = self._asked
        answer: asyncio.Future[Asked] = self._loop.create_future()
        self._waiting[number] = answer
        if within is None:
            self._tell(StreamKind.REQUEST, number, request)
        else:
            self._tell(StreamKind.LIMITED_REQUEST, number, limited(request, within))
        try:
            return await answer
        except asyncio.CancelledError:
            if not self.lost.done():
                self._tell(StreamKind.FORSAKEN, number, b"")
            raise
        finally:
            self._waiting.pop(number, None)

    async def figures(self) -> WorkerFigures | None:
        """Ask how the workers are; None where nobody says so."""
        if self.lost.done():
            return None
        self._asked += 1
        number = self._asked
        self._figures[number] = told = self._loop.create_future()
        self._tell(StreamKind.FIGURES, number, b"")
        try:
            async with asyncio.timeout(FIGURES_SECONDS):
                return WorkerFigures.from_bytes(await told)
        except (TimeoutError, ConnectionError, msgspec.MsgspecError):
            return None
        finally:
            self._figures.pop(number, None)

    def _tell(self, kind: StreamKind, number: int, body: bytes) -> None:
        self._transport.write(message(kind, number, body))

    def close(self) -> None:
        """End at once."""
        self._transport.abort()

    def retire(self) -> None:
        """End once who waits for an answer has it."""
        self._retired = True
        if not self._under_way:
            self._transport.abort()

    def give_up(self, problem: Problem) -> None:
        """End, and tell who waits for an answer this problem."""
        self._problem = problem
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take in a greeting, and then answers and what the model-service tells."""
        if not self.greeted.done():
            self._heard += data
            if len(self._heard) < GREETING_BYTES:
                return
            heard = self._heard[:GREETING_BYTES]
            if heard != self._announcement.greeting:
                self.other_version = self._announcement.other_version(heard)
                self._transport.abort()
                return
            self.greeted.set_result(None)
            data, self._heard = self._heard[GREETING_BYTES:], b""
        try:
            answers = self._splitter.feed(data)
        except TooLongError as error:
            log.error("the private stream is ended: %s", error)
            self._transport.abort()
            return
        for (kind, number, _), body in answers:
            if kind not in _ANSWERS:
                self._hear(kind, number, body)
                continue
            answer = self._waiting.get(number)
            if answer is not None and not answer.done():
                answer.set_result((StreamKind(kind), body))

    def _hear(self, kind: int, number: int, body: bytes) -> None:
        if kind == StreamKind.STOPPING:
            self._draining = self._loop.create_task(self._drain())
        elif kind == StreamKind.OFFER:
            self.loans.offered(number, body)
        elif kind == StreamKind.RECALL:
            self.loans.recalled(number)
        elif kind == StreamKind.LOST:
            self.loans.lost(number, body)
        elif kind == StreamKind.FIGURES:
            told = self._figures.get(number)
            if told is not None and not told.done():
                told.set_result(body)

    async def _drain(self) -> None:
        before = set(self._under_way)
        await self._settled()
        while before & self._under_way:  # those that wait here for a worker that is lent
            self._ended.clear()
            await self._ended.wait()
        if not self.lost.done():
            self._tell(StreamKind.DRAINED, 0, b"")

    def connection_lost(self, _: Exception | None) -> None:
        """Tell who waits for an answer that there will be none."""
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionResetError())
        self.lost.set_result(None)
        self.loans.close(self._problem)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(AnOpsError.of(self._problem))
        for told in self._figures.values():
            if not told.done():
                told.set_exception(ConnectionResetError())
