"""The private stream's server: answers requests that come on one connection side by side, each when it is ready."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from typing import TYPE_CHECKING, cast

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.framing import Splitter, TooLongError
from anops_model_interface.private_stream import (
    GREETING_BYTES,
    HEADER,
    LARGEST_BYTES,
    LIMIT,
    LOAN,
    Announcement,
    StreamKind,
    limit_of,
    message,
)

if TYPE_CHECKING:
    import ssl

    from anops_model_service.supervisor import Supervisor

log = logging.getLogger("anops.service")


GREETING_SECONDS = 10.0
"""How long a connection may take to say who it is."""

MOST_UNGREETED = 64
"""How many may be open that have not said it; beyond, the oldest is ended."""


class Streams:
    """All private streams of one service.

    Attributes:
        announcement: Where they are.
    """

    def __init__(self, server: asyncio.Server, announcement: Announcement, open_streams: set[_Stream]) -> None:
        self.announcement = announcement
        self._server = server
        self._open = open_streams

    @classmethod
    async def listen(
        cls, supervisor: Supervisor, host: str, port: int, context: ssl.SSLContext | None = None
    ) -> Streams:
        """Listen for api-services.

        Args:
            supervisor: What answers.
            host: The address to bind to.
            port: The port; 0: a free one.
            context: How connections are taken with TLS; None: without.

        Raises:
            OSError: The port can't be bound.
        """
        token = os.urandom(16).hex()
        open_streams: set[_Stream] = set()
        server = await asyncio.get_running_loop().create_server(
            lambda: _Stream(supervisor, Announcement(port, token), open_streams),
            host,
            port,
            ssl=context,
            ssl_handshake_timeout=GREETING_SECONDS if context is not None else None,
        )
        return cls(server, Announcement(server.sockets[0].getsockname()[1], token), open_streams)

    async def drained(self) -> None:
        """Say that the service stops, and wait until each api-service has answered all that it had received by then."""
        await asyncio.gather(*(stream.drained() for stream in self._open if stream.is_greeted))

    async def close(self) -> None:
        """End all streams, which stay open otherwise; what was sent on them is answered first."""
        self._server.close()
        await asyncio.gather(*(stream.close() for stream in self._open))


class _Stream(asyncio.Protocol):
    """One connection, from its greeting to its end."""

    def __init__(self, supervisor: Supervisor, announcement: Announcement, open_streams: set[_Stream]) -> None:
        self._supervisor = supervisor
        self._announcement = announcement
        self._greeted = False
        self.begun = 0.0
        self._heard = b""
        self._open = open_streams
        self._splitter = Splitter(HEADER, most_bytes=LARGEST_BYTES)
        self._asked: dict[int, asyncio.Task[None]] = {}
        self._drained = asyncio.Event()

    @property
    def is_greeted(self) -> bool:
        return self._greeted

    def end(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # a socket's; those of uvloop are none by class
        self._transport = cast("asyncio.Transport", transport)
        self._open.add(self)
        self.begun = asyncio.get_running_loop().time()
        silent = [stream for stream in self._open if not stream.is_greeted]
        if len(silent) > MOST_UNGREETED:
            min(silent, key=lambda stream: stream.begun).end()
        self._greeting_due = asyncio.get_running_loop().call_later(GREETING_SECONDS, self.end)

    def data_received(self, data: bytes) -> None:
        if not self._greeted:
            self._heard += data
            if not self._hear_greeting():
                return
            data, self._heard = self._heard[GREETING_BYTES:], b""
        try:
            requests = self._splitter.feed(data)
        except TooLongError as error:
            log.warning("a private stream is ended: %s", error)
            self._transport.close()
            return
        for (kind, number, _), body in requests:
            if kind == StreamKind.FORSAKEN:
                if (forsaken := self._asked.pop(number, None)) is not None:
                    forsaken.cancel()
            elif kind == StreamKind.DRAINED:
                self._drained.set()
            elif kind == StreamKind.FIGURES:
                self._tell(StreamKind.FIGURES, number, self._supervisor.figures().to_bytes())
            elif kind == StreamKind.OVERDUE:
                self._supervisor.lending.overdue(self, number, limit_of(body)[0])
            else:
                self._asked[number] = asyncio.create_task(self._answer(kind, number, body))

    def _hear_greeting(self) -> bool:
        """Return whether a stream has begun."""
        if len(self._heard) < GREETING_BYTES:
            return False
        heard, greeting = self._heard[:GREETING_BYTES], self._announcement.greeting
        if heard == self._announcement.greeting_of_a_loan:
            self._lend()
            return False
        if heard != greeting:
            if self._announcement.other_version(heard) is not None:
                self._transport.write(greeting)  # so that it can say which version would do
            self._transport.close()  # no api-service, or one that looks for another process
            return False
        self._greeted = True
        self._greeting_due.cancel()
        self._transport.write(greeting)
        self._supervisor.lending.opened(self)
        self._supervisor.lend_idle()
        return True

    def pause_writing(self) -> None:
        # who does not read its answers gets no more of them
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def connection_lost(self, _: Exception | None) -> None:
        self._open.discard(self)
        self._greeting_due.cancel()
        self._drained.set()
        if self._greeted:
            self._supervisor.lending.closed(self)
        for task in self._asked.values():
            task.cancel()  # nobody waits for it

    def offer(self, number: int, seconds: float) -> None:
        self._tell(StreamKind.OFFER, number, LIMIT.pack(seconds))

    def recall(self, number: int) -> None:
        self._tell(StreamKind.RECALL, number, b"")

    def lost(self, number: int, problem: Problem) -> None:
        self._tell(StreamKind.LOST, number, problem.to_bytes())

    def _tell(self, kind: StreamKind, number: int, body: bytes) -> None:
        if not self._transport.is_closing():  # who has left hears nothing, which is no fault of ours
            self._transport.write(message(kind, number, body))

    def _lend(self) -> None:
        """Give this connection to the worker that it asks for, and leave it."""
        if len(self._heard) < GREETING_BYTES + LOAN.size:
            return
        (number,) = LOAN.unpack_from(self._heard, GREETING_BYTES)
        lending = self._supervisor.lending
        if lending.awaits(number):
            self._transport.pause_reading()  # what comes next is for the worker
            self._transport.write(self._announcement.greeting_of_a_loan)
            lending.claim(number, socket.socket(fileno=os.dup(self._transport.get_extra_info("socket").fileno())))
        self._transport.close()

    async def drained(self) -> None:
        self._tell(StreamKind.STOPPING, 0, b"")
        await self._drained.wait()

    async def close(self) -> None:
        if self._asked:
            await asyncio.wait(self._asked.values())
        self._transport.close()

    async def _answer(self, asked: int, number: int, request: bytes) -> None:
        try:
            within: float | None = None
            if asked == StreamKind.LIMITED_REQUEST:
                within, request = limit_of(request)
            kind, body = StreamKind.ANSWER, await self._supervisor.infer(request, within=within, borrower=self)
        except AnOpsError as error:
            kind, body = StreamKind.PROBLEM, error.problem.to_bytes()
        except Exception:
            log.exception("a request on a private stream failed inside AnOps")
            problem = Problem(Code.INTERNAL, "Can't predict: AnOps failed. The model-service's log has the traceback.")
            kind, body = StreamKind.PROBLEM, problem.to_bytes()
        finally:
            self._asked.pop(number, None)
        self._tell(kind, number, body)
