"""The workers that our own model-service lends: each is asked on a connection of its own, one request at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.framing import Splitter, TooLongError
from anops_model_interface.private_stream import GREETING_BYTES, HEADER, LIMIT, LOAN, StreamKind, message

from anops_api_service.logs import log
from anops_api_service.upstream.unheard import give_up_unheard

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.private_stream import Announcement

LARGEST_ANSWER_BYTES = 1 << 30

SHORTEST_LIMIT = 1.0
"""No request is limited to fewer seconds: each that is ended costs a worker."""

REPLACE_SECONDS = 5.0
"""Who waits for a worker waits so much longer than a prediction may take: where all hang, others replace them."""

REASON_SECONDS = 5.0
"""How long the model-service may take to say why a worker is gone."""

_GONE = Problem(Code.WORKER_DIED, "Can't predict: the model's process ended over this request.")

Asked = tuple[StreamKind, bytes]
"""The kind of an answer, and its body."""


class Loans:
    """The workers that can be asked without the model-service's supervisor in between."""

    def __init__(self, host: str, announcement: Announcement, tell: Callable[[StreamKind, int, bytes], None]) -> None:
        """Have borrowed none.

        Args:
            host: The host of the model-service.
            announcement: What it said of its stream.
            tell: Sends it a message on the stream.
        """
        self._host = host
        self._announcement = announcement
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._held: dict[int, LentWorker] = {}
        self._idle: deque[LentWorker] = deque()
        self._waiting: deque[asyncio.Future[LentWorker | None]] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._recalled: set[int] = set()
        self._connected: set[int] = set()
        self._reasons: dict[int, asyncio.Future[Problem]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._most_seconds = REPLACE_SECONDS

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self._held)

    def offered(self, number: int, limit: bytes) -> None:
        """Borrow a worker that is offered."""
        (seconds,) = LIMIT.unpack(limit)
        self._most_seconds = seconds + REPLACE_SECONDS
        opening = self._loop.create_task(self._open(number, seconds))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def recalled(self, number: int) -> None:
        """Give a worker back, once it has answered."""
        if (worker := self._held.get(number)) is not None:
            self.forget(worker)
            worker.leave()
        elif self._opening:
            self._recalled.add(number)  # before it has greeted

    def lost(self, number: int, problem: bytes) -> None:
        """Know why a worker is gone."""
        if number in self._connected or number in self._reasons:  # else it owes nobody an answer
            _set(self.expect_reason(number), Problem.from_bytes(problem))

    def close(self, problem: Problem) -> None:
        """Leave all workers; who waits for an answer is told the problem."""
        for opening in self._opening:
            opening.cancel()
        for worker in list(self._held.values()):
            _set(self.expect_reason(worker.number), problem)
            worker.end()
        for reason in self._reasons.values():
            _set(reason, problem)
        if self._timer is not None:
            self._timer.cancel()

    async def take(self) -> LentWorker | None:
        """Return a worker once it can be asked; None where there is none, and the supervisor must be asked.

        Raises:
            AnOpsError: `QUEUE_FULL`: none was free for longer than a prediction may take.
        """
        if self._idle:
            # the one that worked last: its memory is still in the processor's caches
            return self._idle.pop()
        if not self._held:
            return None
        waiter: asyncio.Future[LentWorker | None] = self._loop.create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self._most_seconds):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled() and (worker := waiter.result()) is not None:
                self.free(worker)  # it came in the very turn in which its caller left
            if isinstance(error, TimeoutError):
                raise AnOpsError(
                    Code.QUEUE_FULL,
                    f"Can't predict: no worker was free for {self._most_seconds:g} seconds.",
                    remedy="Send it again later, or serve the model with more workers.",
                ) from None
            raise
        finally:
            with suppress(ValueError):
                self._waiting.remove(waiter)

    def free(self, worker: LentWorker) -> None:
        """Give a worker to who has waited longest, or let it rest."""
        if self._held.get(worker.number) is not worker:
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def forget(self, worker: LentWorker) -> None:
        """Take out a worker that is gone or goes back."""
        self._held.pop(worker.number, None)
        with suppress(ValueError):
            self._idle.remove(worker)
        if not self._held:
            for waiter in self._waiting:
                if not waiter.done():
                    waiter.set_result(None)

    def expect_reason(self, number: int) -> asyncio.Future[Problem]:
        """Return why a worker is gone, once the model-service says so."""
        if number not in self._reasons:
            self._reasons[number] = self._loop.create_future()
        return self._reasons[number]

    def need_no_reason(self, number: int) -> None:
        """Forget why a worker is gone."""
        self._connected.discard(number)
        self._reasons.pop(number, None)

    def taken_in(self, worker: LentWorker) -> None:
        """Ask a worker from now on."""
        self._connected.add(worker.number)
        if worker.number in self._recalled:
            self._recalled.discard(worker.number)
            worker.leave()
            return
        self._held[worker.number] = worker
        self.free(worker)

    def mind(self, worker: LentWorker) -> None:
        """Have a worker ended where it computes for longer than it may; one timer does for all of them."""
        if self._timer is not None and self._timer.when() <= worker.due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(worker.due, self._look)

    def _look(self) -> None:
        self._timer = None
        now = self._loop.time()
        busy = [worker for worker in self._held.values() if worker.is_busy and not worker.told]
        for worker in busy:
            if worker.due <= now:
                worker.told = True
                self._tell(StreamKind.OVERDUE, worker.number, LIMIT.pack(worker.seconds))
        left = [worker.due for worker in busy if not worker.told]
        if left:
            self._timer = self._loop.call_at(min(left), self._look)

    async def _open(self, number: int, seconds: float) -> None:
        with suppress(OSError):  # it is not offered again, and requests take the stream
            await self._loop.create_connection(
                lambda: LentWorker(self, number, self._announcement, seconds), self._host, self._announcement.port
            )


def _set(future: asyncio.Future[Problem], problem: Problem) -> None:
    if not future.done():
        future.set_result(problem)


class LentWorker(asyncio.Protocol):
    """One worker that is lent.

    Attributes:
        number: Under which number.
        due: Until when it may compute what it was asked.
        seconds: How long that is from when it was asked.
        told: Whether the supervisor was told that it takes longer.
    """

    def __init__(self, loans: Loans, number: int, announcement: Announcement, seconds: float) -> None:
        """Make the end of a connection to it.

        Args:
            loans: What it belongs to.
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
        self._loans = loans
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
        self._loans.mind(self)
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
            self._loans.taken_in(self)
            data = self._heard[GREETING_BYTES:]
        try:
            messages = self._splitter.feed(data)
        except TooLongError as error:
            log.error("the connection to a worker is ended: %s", error)
            self._transport.abort()
            return
        for (kind, _, _), body in messages:
            if kind == StreamKind.FULL:
                self._loans.forget(self)
                self._settle(None)
                self._transport.close()
            else:
                self._settle((StreamKind(kind), body))
                if self._leaving:
                    self._transport.close()
                else:
                    self._loans.free(self)

    def connection_lost(self, _: Exception | None) -> None:
        """Know that it is gone."""
        self._loans.forget(self)
        if self._answer is not None and not self._answer.done():
            self._loans.expect_reason(self.number)
            self._answer.set_exception(ConnectionResetError())
        else:
            self._loans.need_no_reason(self.number)

    async def _why_lost(self) -> Problem:
        try:
            async with asyncio.timeout(REASON_SECONDS):
                return await asyncio.shield(self._loans.expect_reason(self.number))
        except TimeoutError:
            return _GONE
        finally:
            self._loans.need_no_reason(self.number)

    def _settle(self, asked: Asked | None) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(asked)
