"""The workers that our own model-service lends: which is asked next, and what became of those that are gone."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.private_stream import LIMIT, StreamKind
from anops_model_interface.waiting import REPLACE_SECONDS, no_worker_was_free

from anops_api_service.upstream.lent_worker import LentWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.private_stream import Announcement


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
        self._coming: dict[int, LentWorker | None] = {}
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
        self._coming[number] = None
        opening = self._loop.create_task(self._open(number, seconds))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def recalled(self, number: int) -> None:
        """Give a worker back, once it has answered."""
        if (worker := self._held.get(number)) is not None:
            self.forget(worker)
            worker.leave()
        elif number in self._coming:
            self._recalled.add(number)  # before it has greeted: that takes another way, and may be here later

    def lost(self, number: int, problem: bytes) -> None:
        """Know why a worker is gone."""
        if number in self._connected or number in self._reasons:  # else it owes nobody an answer
            _set(self.expect_reason(number), Problem.from_bytes(problem))

    def close(self, problem: Problem) -> None:
        """Leave all workers; who waits for an answer is told the problem."""
        for opening in self._opening:
            opening.cancel()
        for coming in list(self._coming.values()):
            if coming is not None:
                coming.end()  # it would be held by nobody who is asked
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
                raise AnOpsError.of(no_worker_was_free(self._most_seconds)) from None
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
        self._came(worker.number)
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
        if self._came(worker.number):
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
        try:
            _, worker = await self._loop.create_connection(
                lambda: LentWorker(self, number, self._announcement, seconds), self._host, self._announcement.port
            )
        except OSError:
            self._came(number)  # it is not offered again, and requests take the stream
        else:
            if number in self._coming:
                self._coming[number] = worker

    def _came(self, number: int) -> bool:
        """Expect a worker no more; return whether it was called back meanwhile."""
        self._coming.pop(number, None)
        called_back = number in self._recalled
        self._recalled.discard(number)
        return called_back


def _set(future: asyncio.Future[Problem], problem: Problem) -> None:
    if not future.done():
        future.set_result(problem)
