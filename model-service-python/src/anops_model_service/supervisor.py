"""Keeps the workers: hands each request to a free one, and replaces those that die, hang or grow."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.worker_figures import WorkerFigure, WorkerFigures
from anops_worker.lent import Terms

from anops_model_service.exits import describe_exit
from anops_model_service.free_workers import FreeWorkers
from anops_model_service.lending import Lending, too_long

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anops_worker.channel import PipeKind
    from anops_worker.ready import Ready

    from anops_model_service.settings import Settings
    from anops_model_service.worker_process import WorkerProcess
    from anops_model_service.worker_starter import WorkerStarter

    PendingAnswer = asyncio.Future[tuple[PipeKind, bytes]]

log = logging.getLogger("anops.supervisor")

FAILURES_TO_LOOP = 3
"""So many failed starts in a row, with no worker left, make the service not ready."""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts to start a worker, at the most."""


REPLACE_SECONDS = 5.0
"""Who waits for a worker waits so much longer than a prediction may take: where all hang, others replace them."""

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
        self._starter = starter
        self._settings = settings
        self._count = workers
        self._deadline_seconds = deadline_seconds
        self._on_ready = on_ready
        self._workers: set[WorkerProcess] = set()
        self._free_workers = FreeWorkers(most_waiting=settings.max_waiting)
        self.lending = Lending(
            terms=self._terms,
            seconds=deadline_seconds,
            give_back=self._free,
            end=self._end,
            # an encrypted connection ends in the process that has its keys, and a worker must not have them
            enabled=settings.worker_lend and not settings.certificates,
        )
        self._in_flight: set[PendingAnswer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = self._started = 0
        self._unheld: dict[WorkerProcess, int] = {}
        self._failures = 0
        self._problem: Problem | None = None
        self._stopping = False
        self._draining = False
        self._ready: Ready | None = None

    @property
    def ready(self) -> bool:
        """Whether a worker can take a request."""
        return bool(self._workers) and not self._stopping

    @property
    def model(self) -> Ready:
        """What the model is, as its first worker said.

        Raises:
            AnOpsError: `NOT_READY`: it is still being loaded.
        """
        if self._ready is None:
            raise AnOpsError(
                Code.NOT_READY, "Can't predict: the model is still being loaded.", remedy="Try again soon."
            )
        return self._ready

    @property
    def count(self) -> int:
        """How many workers it keeps."""
        return self._count

    def figures(self) -> WorkerFigures:
        """Say how the workers are."""
        return WorkerFigures(
            tuple(
                WorkerFigure(worker.pid, int(worker.memory_mb() * 1024 * 1024), worker.answered)
                for worker in sorted(self._workers, key=lambda worker: worker.pid)
            ),
            wanted=self._count,
            restarted=max(self._started - self._count, 0),
        )

    async def start(self) -> None:
        """Start all workers and wait for the first.

        Raises:
            AnOpsError: `MODEL_LOAD`: the first can't load the model.
        """
        first = await self._spawn()
        self._ready = first.ready
        self._add(first)
        for _ in range(self._count - 1):
            self._start_one(pause=0.0)
        self._run(self._watch())

    async def infer(self, request: bytes, *, within: float | None = None) -> bytes:
        """Have a worker answer a request; it and the answer are in our private form.

        A caller that goes away gives up its answer; the worker computes on and is then free again.

        Args:
            request: The request.
            within: The most seconds that it may be computed for, where those are fewer than for others; a second
                at least.

        Raises:
            AnOpsError: The worker's problem, or `QUEUE_FULL`, `DEADLINE`, `WORKER_DIED`, `NOT_READY`.
        """
        worker = await self._take()
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
            self._run(self._see_through(worker, answer, due, seconds))
            raise

    async def stop(self, received_before: Coroutine[Any, Any, None]) -> None:
        """Say so, answer what was sent before that, take no more requests, end the workers.

        Args:
            received_before: Waits until the callers have their answers that had asked before.
        """
        end = asyncio.get_running_loop().time() + self._settings.drain_seconds
        self._stopping = True
        self.lending.close()
        self._publish()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                await received_before
        await self._linger()
        self._draining = True
        self.lending.recall_all()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                while pending := [*self._pending(), *self.lending.open]:
                    await asyncio.wait(pending)
        if pending := [*self._pending(), *self.lending.open]:
            log.warning("%d requests were not finished in time", len(pending))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.close() for worker in self._workers), self._starter.close())

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

    async def _take(self) -> WorkerProcess:
        if self._draining:
            raise AnOpsError(Code.NOT_READY, "Can't predict: the model-service is stopping.")
        if not self._workers and self._problem is not None:
            raise AnOpsError.of(self._problem)
        if not self._free_workers.idle:
            self.lending.recall(len(self._free_workers.waiting) + 1)
        try:
            return await self._free_workers.take(within=self._deadline_seconds + REPLACE_SECONDS, give_back=self._free)
        except TimeoutError:
            raise AnOpsError(
                Code.QUEUE_FULL,
                f"Can't predict: no worker was free for {self._deadline_seconds + REPLACE_SECONDS:g} seconds.",
                remedy="Send it again later, or serve the model with more workers.",
            ) from None

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
            self._end(worker)
            raise AnOpsError.of(too_long(seconds)) from None
        except BaseException as error:
            if isinstance(error, AnOpsError) and error.problem.code is Code.WORKER_DIED:
                self._lost(worker)
            self._free(worker)
            raise
        self._free(worker)
        return body

    def _end(self, worker: WorkerProcess) -> None:
        log.warning("worker %d was ended: a prediction took too long", worker.pid)
        worker.kill()
        self._lost(worker)  # at once: the system may take a while to end it

    def _add(self, worker: WorkerProcess) -> None:
        self._failures, self._problem = 0, None
        self._started += 1
        self._workers.add(worker)
        self._run(self._monitor(worker))
        self._free(worker)
        if len(self._workers) == 1:
            self._publish()

    def _free(self, worker: WorkerProcess) -> None:
        """Give a worker to the next request, or let it rest; one that is to be replaced does neither."""
        if worker not in self._workers:
            return
        if self._is_spent(worker) and not self._draining:
            log.info("worker %d is replaced after %d requests", worker.pid, worker.answered)
            self._workers.discard(worker)
            self._starting += 1
            self._run(self._replace(worker))
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
        for worker in list(self._workers):
            seconds = worker.busy_seconds
            if seconds is not None and seconds > self._deadline_seconds + WATCH_SECONDS:
                self._end(worker)
            elif seconds is None and not self._free_workers.has(worker) and not self.lending.has(worker):
                unheld[worker] = worker.asked
        for worker, asked in unheld.items():
            # a moment before and after an answer nobody holds it either, but not for so long
            if self._unheld.get(worker) == asked:
                log.error("worker %d was free and nobody knew: a fault of AnOps, fixed", worker.pid)
                self._free(worker)
        self._unheld = unheld
        self.lend_idle()
        if not self._draining:
            for _ in range(self._count - len(self._workers) - self._starting):
                log.error("there was a worker too few: a fault of AnOps, fixed")
                self._start_one(pause=LINGER_PAUSE)

    def lend_idle(self) -> None:
        """Lend what has nothing to do, where there is somebody to lend it to."""
        for worker in self._free_workers.idle:
            if not self.lending.lend(worker):
                return
            self._free_workers.forget(worker)

    def _terms(self, worker: WorkerProcess) -> Terms:
        most = self._settings.worker_max_requests
        return Terms(
            requests=max(most - worker.answered, 1) if most else 0, memory_mb=self._settings.worker_max_memory_mb
        )

    def _publish(self) -> None:
        self._on_ready(self.ready)

    def _is_spent(self, worker: WorkerProcess) -> bool:
        most, memory = self._settings.worker_max_requests, self._settings.worker_max_memory_mb
        return bool((most and worker.answered >= most) or (memory and worker.memory_mb() > memory))

    async def _replace(self, worker: WorkerProcess) -> None:
        await worker.close()
        if not self._workers:
            self._publish()
        await self._keep_one(pause=0.0)

    async def _monitor(self, worker: WorkerProcess) -> None:
        status = await worker.wait()
        if worker in self._workers and not self._draining:
            log.warning("worker %d died (%s)", worker.pid, describe_exit(status))
        self._lost(worker)

    def _lost(self, worker: WorkerProcess) -> None:
        """Take a dead worker out and start another, once."""
        if worker not in self._workers:
            return
        self._workers.discard(worker)
        self._free_workers.forget(worker)
        if not self._workers:
            self._publish()
        if self._draining and not self._workers:
            self._free_workers.refuse(Problem(Code.NOT_READY, "Can't predict: the model-service is stopping."))
        # one that has worked is replaced at once; one that has not, after a pause
        self._start_one(pause=0.0 if worker.answered else 0.2)

    def _start_one(self, *, pause: float) -> None:
        self._starting += 1
        self._run(self._keep_one(pause=pause))

    async def _keep_one(self, *, pause: float) -> None:
        try:
            while not self._draining:
                await asyncio.sleep(pause)
                try:
                    worker = await self._spawn()
                except AnOpsError as error:
                    self._failed_to_start(error.problem)
                except Exception as error:  # noqa: BLE001  such as no descriptor for a pipe: that passes
                    self._failed_to_start(
                        Problem(Code.MODEL_LOAD, f"Can't start a worker: {str(error) or type(error).__name__}.")
                    )
                else:
                    self._add(worker)
                    return
                pause = min(LONGEST_PAUSE, 0.5 * 2 ** min(self._failures, 8))
        finally:
            self._starting -= 1

    def _failed_to_start(self, problem: Problem) -> None:
        self._failures += 1
        log.error("a worker could not start (attempt %d): %s", self._failures, problem.message)
        if self._workers or self._failures < FAILURES_TO_LOOP:
            return
        self._problem = Problem(Code.NOT_READY, problem.message, remedy=problem.remedy, call=problem.call)
        self._free_workers.refuse(self._problem)

    async def _spawn(self) -> WorkerProcess:
        started = time.monotonic()
        worker = await self._starter.start()
        log.info("worker %d is ready after %.2f s", worker.pid, time.monotonic() - started)
        return worker

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the care of the workers failed inside AnOps: %s", type(error).__name__)
