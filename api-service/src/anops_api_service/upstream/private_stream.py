"""The private stream to our own model-service: each request gets its own answer back, in whatever order they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import msgspec
from anops_model_interface.certificates import CertificateError, CertificateFiles, client_context
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.framing import Splitter, TooLongError
from anops_model_interface.private_stream import (
    GREETING_BYTES,
    HEADER,
    LARGEST_BYTES,
    LIMIT,
    VERSION,
    StreamKind,
    limited,
    message,
)
from anops_model_interface.worker_figures import WorkerFigures

from anops_api_service.logs import log
from anops_api_service.upstream.loans import Loans
from anops_api_service.upstream.unheard import give_up_unheard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from anops_model_interface.private_stream import Announcement

    from anops_api_service.upstream.lent_worker import Asked

LARGEST_ANSWER_BYTES = 1 << 30
OPEN_SECONDS = 1.0
"""How long an attempt to connect may take."""
FIGURES_SECONDS = 2.0
"""How long a model-service may take to say how its workers are."""
AGAIN_SECONDS = 2.0
"""After so long without a connection another is tried."""
_ANSWERS = {StreamKind.ANSWER, StreamKind.PROBLEM}
_PLAIN = CertificateFiles()
_STOPPED = Problem(Code.NOT_READY, "Can't predict: the model-service has stopped.", remedy="Send the request again.")


class ModelStream:
    """The stream to one process, opened again for as long as that is followed.

    Attributes:
        announcement: What the process said of it.
    """

    def __init__(
        self,
        host: str,
        announcement: Announcement,
        settled: Callable[[], Awaitable[None]],
        certificates: CertificateFiles = _PLAIN,
    ) -> None:
        """Make a stream that is not open yet.

        Args:
            host: The host of the model-service.
            announcement: What it said of its stream.
            settled: Waits until all requests that were received by now have their answers.
            certificates: With which to connect; without any, nothing is encrypted.
        """
        self._host = host
        self._certificates = certificates
        self._settled = settled
        self.announcement = announcement
        self._connection: _Connection | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._other_version: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent on it; gRPC takes it otherwise."""
        return self._connection is not None and not self._connection.lost.done()

    async def open(self) -> None:
        """Try to connect once, and go on trying behind the scenes."""
        connected = await self._connect()
        if self._other_version is not None:
            log.warning(
                "the model-service speaks version %s of the private stream, and this api-service version %d: "
                "predictions take gRPC, which is slower. Install both services in the same version of AnOps",
                self._other_version,
                VERSION,
            )
            return
        if not connected:
            log.info(
                "port %d of the model-service can't be reached: predictions take gRPC, which is slower. "
                "ANOPS_PRIVATE_STREAM_PORT of the model-service says which port it is",
                self.announcement.port,
            )
        self._keeping = asyncio.create_task(self._keep())

    @property
    def takes_any_length(self) -> bool:
        """Whether longer requests than the stream takes go to a worker by themselves."""
        return self._connection is not None and bool(self._connection.loans)

    async def infer(self, request: bytes, *, within: float | None = None) -> bytes | None:
        """Send a request and wait for its answer.

        Args:
            request: A request in our private form.
            within: For how many seconds it may be computed, where those are fewer than the deadline.

        Returns:
            An answer in our private form; None where the request is too long for the stream.

        Raises:
            AnOpsError: The problem that came instead of an answer, or `NOT_READY` where the stream ended.
        """
        if self._connection is None:
            raise AnOpsError.of(_STOPPED)
        asked = await self._connection.ask(request, within)
        if asked is None:
            return None
        kind, body = asked
        if kind is StreamKind.PROBLEM:
            raise AnOpsError.of(Problem.from_bytes(body))
        return body

    async def figures(self) -> WorkerFigures | None:
        """Ask how the workers are; None where nobody says so."""
        return None if self._connection is None else await self._connection.figures()

    def close(self) -> None:
        """End the stream; who waits for an answer is told."""
        self._stop_keeping()
        if self._connection is not None:
            self._connection.close()

    def retire(self) -> None:
        """End the stream once who waits for an answer has it."""
        self._stop_keeping()
        if self._connection is not None:
            self._connection.retire()

    def give_up(self, problem: Problem) -> None:
        """Give up what is waited for, and go on with another connection.

        Args:
            problem: What is said to who waits.
        """
        if self._connection is not None:
            self._connection.give_up(problem)

    def _stop_keeping(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()

    async def _keep(self) -> None:
        while True:
            if self._connection is not None:
                await asyncio.wait([self._connection.lost])
            await asyncio.sleep(AGAIN_SECONDS)
            await self._connect()

    async def _connect(self) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                context = client_context(self._certificates) if self._certificates else None
                _, connection = await loop.create_connection(
                    lambda: _Connection(self._host, self.announcement, self._settled),
                    self._host,
                    self.announcement.port,
                    ssl=context,
                )
                try:
                    await connection.greeted
                except BaseException:
                    self._other_version = connection.other_version
                    connection.close()
                    raise
        except (OSError, TimeoutError, CertificateError):
            return False
        self._connection = connection
        return True


class _Connection(asyncio.Protocol):
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
        self._problem = _STOPPED

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # a socket's; those of uvloop are none by class
        self._transport = cast("asyncio.Transport", transport)
        give_up_unheard(self._transport)
        self._transport.write(self._announcement.greeting)

    async def ask(self, request: bytes, within: float | None) -> Asked | None:
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
        self._transport.abort()

    def retire(self) -> None:
        self._retired = True
        if not self._under_way:
            self._transport.abort()

    def give_up(self, problem: Problem) -> None:
        self._problem = problem
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
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
