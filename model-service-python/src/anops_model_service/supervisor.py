"""Hands each request to a free worker, and ends a prediction that takes too long together with its worker."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.waiting import REPLACE_SECONDS, no_worker_was_free

from anops_model_service.care import Care
from anops_model_service.crew import STOPPING, Crew
from anops_model_service.free_workers import FreeWorkers
from anops_model_service.lending import Lending, too_long

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anops_model_interface.errors import Problem
    from anops_model_interface.worker_figures import WorkerFigures
    from anops_worker.channel import PipeKind
    from anops_worker.ready import Ready

    from anops_model_service.lending import Borrower
    from anops_model_service.settings import Settings
    from anops_model_service.worker_process import WorkerProcess
    from anops_model_service.worker_starter import WorkerStarter

    PendingAnswer = asyncio.Future[tuple[PipeKind, bytes]]

log = logging.getLogger("anops.supervisor")

WATCH_SECONDS = 1.0
"""How often it is looked whether each worker is free, or has a request that is not overdue."""

SHORTEST_LIMIT = 1.0
"""No caller may limit a prediction to fewer seconds: each that is ended costs a worker."""

LONGEST_LINGER = 2.0
"""Seconds for which a service that stops takes what still comes, at the most."""

LINGER_PAUSE = 0.05
"""Seconds without a request after which a service that stops takes no more."""


class Supervisor:
    """N workers behind one queue.

    Attributes:
        lending: Those of them that an api-service asks by itself.
    """

    def __init__(
        self,
        starter: WorkerStarter,
        settings: Settings,
        *,
        workers: int,
        deadline_seconds: float,
        on_ready: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Make a supervisor that has no workers yet.

        Args:
            starter: Starts the project's workers.
            settings: The service's.
            workers: How many workers to keep.
            deadline_seconds: A prediction that takes longer is ended with its worker.
            on_ready: Called with whether there is a worker, whenever that changes.
        """
        self._settings = settings
        self._deadline_seconds = deadline_seconds
        self._on_ready = on_ready
        self._care = Care()
        self._crew = Crew(starter, settings, count=workers, care=self._care, follower=self)
        self._free_workers = FreeWorkers(most_waiting=settings.max_waiting)
        self.lending = Lending(
            terms=self._crew.terms,
            seconds=deadline_seconds,
            give_back=self._free,
            end=self._crew.end,
            # an encrypted connection ends in the process that has its keys, and a worker must not have them
            enabled=settings.worker_lend and not settings.certificates,
        )
        self._in_flight: set[PendingAnswer] = set()
        self._unheld: dict[WorkerProcess, int] = {}
        self._stopping = False
        self._draining = False

    @property
    def ready(self) -> bool:
        """Whether a worker can take a request."""
        return bool(self._crew.workers) and not self._stopping

    @property
    def model(self) -> Ready:
        """What the model is, as its first worker said.

        Raises:
            AnOpsError: `NOT_READY`: it is still being loaded.
        """
        if self._crew.ready is None:
            raise AnOpsError(
                Code.NOT_READY, "Can't predict: the model is still being loaded.", remedy="Try again soon."
            )
        return self._crew.ready

    @property
    def problem(self) -> Problem | None:
        """Why there is no worker, where several have failed to start."""
        return None if self._crew.workers else self._crew.problem

    @property
    def count(self) -> int:
        """How many workers it keeps."""
        return self._crew.count

    def figures(self) -> WorkerFigures:
        """Say how the workers are."""
        return self._crew.figures()

    async def start(self) -> None:
        """Start all workers and wait for the first.

        Raises:
            AnOpsError: `MODEL_LOAD`: the first can't load the model.
        """
        await self._crew.start()
        self._care.run(self._watch())

    async def infer(self, request: bytes, *, within: float | None = None, borrower: Borrower | None = None) -> bytes:
        """Have a worker answer a request; it and the answer are in our private form.

        A caller that goes away gives up its answer; the worker computes on and is then free again.

        Args:
            request: The request.
            within: The most seconds that it may be computed for, where those are fewer than for others; a second
                at least.
            borrower: Who asks, if it is one to whom workers are lent.

        Raises:
            AnOpsError: The worker's problem, or `QUEUE_FULL`, `DEADLINE`, `WORKER_DIED`, `NOT_READY`.
        """
        worker = await self._take(borrower)
        seconds = self._deadline_seconds
        if within is not None:
            seconds = min(max(SHORTEST_LIMIT, within), seconds)
        answer, due = worker.ask(request), asyncio.get_running_loop().time() + seconds
        self._in_flight.add(answer)
        answer.add_done_callback(self._in_flight.discard)
        try:
            return await self._answer_of(worker, answer, due, seconds)
        except asyncio.CancelledError:
            # the worker is not free before it has answered, whoever still waits for that
            self._care.run(self._see_through(worker, answer, due, seconds))
            raise

    async def stop(self, received_before: Coroutine[Any, Any, None]) -> None:
        """Say so, answer what was sent before that, take no more requests, end the workers.

        Args:
            received_before: Waits until the callers have their answers that had asked before.
        """
        end = asyncio.get_running_loop().time() + self._settings.drain_seconds
        self._stopping = True
        self.lending.close()
        self.changed()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                await received_before
        await self._linger()
        self._draining = True
        self._crew.drain()
        self.lending.recall_all()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                while pending := [*self._pending(), *self.lending.open]:
                    await asyncio.wait(pending)
        if pending := [*self._pending(), *self.lending.open]:
            log.warning("%d requests were not finished in time", len(pending))
        await self._care.end()
        await self._crew.close()

    def lend_idle(self) -> None:
        """Lend what has nothing to do, where there is somebody to lend it to."""
        for worker in self._free_workers.idle:
            if not self.lending.lend(worker):
                return
            self._free_workers.forget(worker)

    def joined(self, worker: WorkerProcess) -> None:
        """Let a worker take requests."""
        self._free(worker)

    def left(self, worker: WorkerProcess) -> None:
        """Give no request to a worker that is gone."""
        self._free_workers.forget(worker)

    def changed(self) -> None:
        """Say whether a worker can take a request."""
        self._on_ready(self.ready)

    def hopeless(self, problem: Problem) -> None:
        """Tell who waits for a worker that there will be none."""
        self._free_workers.refuse(problem)

    async def _linger(self) -> None:
        """Go on until no request comes: callers over gRPC can't be asked what they have."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_LINGER):
                while pending := self._pending():
                    await asyncio.wait(pending)
                    # time for an answer to get there and for the next batch to come
                    await asyncio.sleep(LINGER_PAUSE)

    def _pending(self) -> list[asyncio.Future[Any]]:
        return [*self._in_flight, *self._free_workers.waiting]

    async def _take(self, borrower: Borrower | None) -> WorkerProcess:
        if self._draining:
            raise AnOpsError.of(STOPPING)
        if not self._crew.workers and self._crew.problem is not None:
            raise AnOpsError.of(self._crew.problem)
        if not self._free_workers.idle:
            self.lending.recall(len(self._free_workers.waiting) + 1, by=borrower)
        most = self._deadline_seconds + REPLACE_SECONDS
        try:
            return await self._free_workers.take(within=most, give_back=self._free)
        except TimeoutError:
            raise AnOpsError.of(no_worker_was_free(most)) from None

    async def _see_through(self, worker: WorkerProcess, answer: PendingAnswer, due: float, seconds: float) -> None:
        with suppress(AnOpsError):
            await self._answer_of(worker, answer, due, seconds)

    async def _answer_of(self, worker: WorkerProcess, answer: PendingAnswer, due: float, seconds: float) -> bytes:
        """Wait for a worker's answer, and free the worker; who is cancelled must wait again."""
        try:
            async with asyncio.timeout_at(due):
                body = await worker.read(answer)
        except asyncio.CancelledError:
            raise
        except TimeoutError:
            if answer.done() and answer.exception() is None:  # in the very turn in which the time was over
                return await self._answer_of(
                    worker, answer, asyncio.get_running_loop().time() + REPLACE_SECONDS, seconds
                )
            self._crew.end(worker)
            raise AnOpsError.of(too_long(seconds)) from None
        except BaseException as error:
            if isinstance(error, AnOpsError) and error.problem.code is Code.WORKER_DIED:
                self._crew.lost(worker)
            self._free(worker)
            raise
        self._free(worker)
        return body

    def _free(self, worker: WorkerProcess) -> None:
        """Give a worker to the next request, or let it rest; one that is to be replaced does neither."""
        if worker not in self._crew.workers or self._crew.replaces(worker):
            return
        if self._free_workers.waiting or not self.lending.lend(worker):
            self._free_workers.give(worker)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            self._look_after()

    def _look_after(self) -> None:
        """Fix what must not be: a worker that nobody holds, one that is overdue, one too few."""
        unheld: dict[WorkerProcess, int] = {}
        for worker in list(self._crew.workers):
            seconds = worker.busy_seconds
            if seconds is not None and seconds > self._deadline_seconds + WATCH_SECONDS:
                self._crew.end(worker)
            elif seconds is None and not self._free_workers.has(worker) and not self.lending.has(worker):
                unheld[worker] = worker.asked
        for worker, asked in unheld.items():
            # a moment before and after an answer nobody holds it either, but not for so long
            if self._unheld.get(worker) == asked:
                log.error("worker %d was free and nobody knew: a fault of AnOps, fixed", worker.pid)
                self._free(worker)
        self._unheld = unheld
        self.lend_idle()
        self._crew.fill()
