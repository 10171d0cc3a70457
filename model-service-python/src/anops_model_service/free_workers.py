"""The workers that are free, and the requests that wait for one, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_service.worker_process import WorkerProcess


class FreeWorkers:
    """A queue before some workers.

    Attributes:
        waiting: The requests that wait.
    """

    def __init__(self, *, most_waiting: int) -> None:
        """Have no workers yet.

        Args:
            most_waiting: How many requests may wait; further ones are refused.
        """
        self.waiting: deque[asyncio.Future[WorkerProcess]] = deque()
        self._idle: deque[WorkerProcess] = deque()
        self._most_waiting = most_waiting

    async def take(self, *, within: float, give_back: Callable[[WorkerProcess], None]) -> WorkerProcess:
        """Return a worker, once one is free.

        Args:
            within: How long to wait, in seconds.
            give_back: Takes a worker that came too late: who waited for it has left.

        Raises:
            AnOpsError: `QUEUE_FULL`, or why there will be none.
            TimeoutError: None was free in time.
        """
        if self._idle:
            # the one that worked last: its memory is still in the processor's caches
            return self._idle.pop()
        if len(self.waiting) >= self._most_waiting:
            raise AnOpsError(
                Code.QUEUE_FULL,
                f"Can't predict: {len(self.waiting)} requests are waiting already, which is the limit.",
                remedy="Send it again later, or serve the model with more workers.",
            )
        waiter: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self.waiting.append(waiter)
        try:
            async with asyncio.timeout(within):
                return await waiter
        except TimeoutError:
            if (worker := _handed_over(waiter)) is not None:
                return worker  # in the very turn in which the time was over
            raise
        except BaseException:
            if (worker := _handed_over(waiter)) is not None:
                give_back(worker)
            raise
        finally:
            with suppress(ValueError):
                self.waiting.remove(waiter)

    @property
    def idle(self) -> list[WorkerProcess]:
        """The workers that are free."""
        return list(self._idle)

    def has(self, worker: WorkerProcess) -> bool:
        """Say whether a worker is free."""
        return worker in self._idle

    def give(self, worker: WorkerProcess) -> None:
        """Give a worker to the request that has waited longest, or let it rest."""
        while self.waiting:
            waiter = self.waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def forget(self, worker: WorkerProcess) -> None:
        """Take out a worker that is gone."""
        with suppress(ValueError):
            self._idle.remove(worker)

    def refuse(self, problem: Problem) -> None:
        """Tell all who wait that there will be no worker."""
        while self.waiting:
            waiter = self.waiting.popleft()
            if not waiter.done():
                waiter.set_exception(AnOpsError.of(problem))


def _handed_over(waiter: asyncio.Future[WorkerProcess]) -> WorkerProcess | None:
    if not waiter.done() or waiter.cancelled() or waiter.exception() is not None:
        return None
    return waiter.result()
