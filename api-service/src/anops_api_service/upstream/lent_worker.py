"""A worker that our own model-service lends: it is asked on a connection of its own, one request at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, cast

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.framing import Splitter, TooLongError
from anops_model_interface.private_stream import GREETING_BYTES, HEADER, LOAN, StreamKind, message

from anops_api_service.logs import log
from anops_api_service.upstream.unheard import give_up_unheard

if TYPE_CHECKING:
    from anops_model_interface.private_stream import Announcement

LARGEST_ANSWER_BYTES = 1 << 30

SHORTEST_LIMIT = 1.0
"""No request is limited to fewer seconds: each that is ended costs a worker."""

REASON_SECONDS = 5.0
"""How long the model-service may take to say why a worker is gone."""

_GONE = Problem(Code.WORKER_DIED, "Can't predict: the model's process ended over this request.")

Asked = tuple[StreamKind, bytes]
"""The kind of an answer, and its body."""


class Borrower(Protocol):
    """Who holds the workers that are lent, and hears what becomes of each."""

    def taken_in(self, worker: LentWorker) -> None:
        """Ask a worker from now on: it has greeted."""

    def free(self, worker: LentWorker) -> None:
        """Give it to who waits: it has answered."""

    def forget(self, worker: LentWorker) -> None:
        """Ask it no more: it is gone, or goes back."""

    def mind(self, worker: LentWorker) -> None:
        """Have it ended where it computes for longer than it may."""

    def expect_reason(self, number: int) -> asyncio.Future[Problem]:
        """Return why a worker is gone, once that is known."""

    def need_no_reason(self, number: int) -> None:
        """Forget why a worker is gone: nobody waits for its answer."""


class LentWorker(asyncio.Protocol):
    """One worker that is lent.

    Attributes:
        number: Under which number.
        due: Until when it may compute what it was asked.
        seconds: How long that is from when it was asked.
        told: Whether the supervisor was told that it takes longer.
    """

    def __init__(self, borrower: Borrower, number: int, announcement: Announcement, seconds: float) -> None:
        """Make the end of a connection to it.

        Args:
            borrower: Who holds it.
            number: Under which number it was offered.
            announcement: What its model-service said of its stream.
            seconds: How long it may compute a request.
        """
        loop = asyncio.get_running_loop()
        self.number = number
        self._greeted = False
        self.due = self.seconds = 0.0
        self.told = False
        self._loop = loop
        self._borrower = borrower
        self._announcement = announcement
        self._most_seconds = seconds
        self._heard = b""
        self._splitter = Splitter(HEADER, most_bytes=LARGEST_ANSWER_BYTES)
        self._answer: asyncio.Future[Asked | None] | None = None
        self._leaving = False

    @property
    def is_busy(self) -> bool:
        """Whether it has not answered."""
        return self._answer is not None

    async def ask(self, request: bytes, within: float | None) -> Asked | None:
        """Send a request and wait for its answer.

        Who is cancelled leaves it busy: it is free again when it has answered.

        Args:
            request: A request in our private form.
            within: For how many seconds it may be computed, where those are fewer than for others.

        Returns:
            The answer, or None where it was given back before it began with the request.

        Raises:
            AnOpsError: What became of the worker meanwhile.
        """
        if self._transport.is_closing():
            return None
        self._answer = answer = self._loop.create_future()
        self.seconds = self._most_seconds if within is None else min(max(SHORTEST_LIMIT, within), self._most_seconds)
        self.due = self._loop.time() + self.seconds
        self.told = False
        self._transport.write(message(StreamKind.REQUEST, 0, request))
        self._borrower.mind(self)
        try:
            asked: Asked | None = await answer
        except ConnectionError:
            raise AnOpsError.of(await self._why_lost()) from None
        return asked

    def leave(self) -> None:
        """Close the connection, once the answer is there."""
        self._leaving = True
        if self._answer is None:
            self._transport.close()

    def end(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        # a socket's; those of uvloop are none by class
        self._transport = cast("asyncio.Transport", transport)
        give_up_unheard(self._transport)
        self._transport.write(self._announcement.greeting_of_a_loan + LOAN.pack(self.number))

    def data_received(self, data: bytes) -> None:
        """Take in the greeting, then answers."""
        if not self._greeted:
            self._heard += data
            if len(self._heard) < GREETING_BYTES:
                return
            if self._heard[:GREETING_BYTES] != self._announcement.greeting_of_a_loan:
                self._transport.abort()
                return
            self._greeted = True
            self._borrower.taken_in(self)
            data = self._heard[GREETING_BYTES:]
        try:
            messages = self._splitter.feed(data)
        except TooLongError as error:
            log.error("the connection to a worker is ended: %s", error)
            self._transport.abort()
            return
        for (kind, _, _), body in messages:
            if kind == StreamKind.FULL:
                self._borrower.forget(self)
                self._settle(None)
                self._transport.close()
            else:
                self._settle((StreamKind(kind), body))
                if self._leaving:
                    self._transport.close()
                else:
                    self._borrower.free(self)

    def connection_lost(self, _: Exception | None) -> None:
        """Know that it is gone."""
        self._borrower.forget(self)
        if self._answer is not None and not self._answer.done():
            self._borrower.expect_reason(self.number)
            self._answer.set_exception(ConnectionResetError())
        else:
            self._borrower.need_no_reason(self.number)

    async def _why_lost(self) -> Problem:
        try:
            async with asyncio.timeout(REASON_SECONDS):
                return await asyncio.shield(self._borrower.expect_reason(self.number))
        except TimeoutError:
            return _GONE
        finally:
            self._borrower.need_no_reason(self.number)

    def _settle(self, asked: Asked | None) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(asked)
