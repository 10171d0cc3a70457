"""Keeps as many workers as are wanted: starts them, and others in place of those that die or grow."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.worker_figures import WorkerFigure, WorkerFigures
from anops_worker.lent import Terms

from anops_model_service.exits import describe_exit
from anops_model_service.failed_starts import FailedStarts

if TYPE_CHECKING:
    from anops_worker.ready import Ready

    from anops_model_service.care import Care
    from anops_model_service.settings import Settings
    from anops_model_service.worker_process import WorkerProcess
    from anops_model_service.worker_starter import WorkerStarter

log = logging.getLogger("anops.supervisor")

STOPPING = Problem(Code.NOT_READY, "Can't predict: the model-service is stopping.")

AGAIN_PAUSE = 0.05
"""Seconds before a worker is started that should have been there."""


class Follower(Protocol):
    """Is told how the workers come and go."""

    def joined(self, worker: WorkerProcess) -> None:
        """Know that a worker can be asked."""

    def left(self, worker: WorkerProcess) -> None:
        """Know that a worker is gone."""

    def changed(self) -> None:
        """Know that there is a first worker, or none any more."""

    def hopeless(self, problem: Problem) -> None:
        """Know that there will be no worker, and why."""


class Crew:
    """The workers of one model.

    Attributes:
        count: How many it keeps.
        workers: Those that live, and are not being replaced.
        ready: What the model is, as its first worker said; None before.
        problem: Why there is none; None where one lives, or may still start.
    """

    def __init__(
        self, starter: WorkerStarter, settings: Settings, *, count: int, care: Care, follower: Follower
    ) -> None:
        """Have no workers yet.

        Args:
            starter: Starts the project's workers.
            settings: The service's.
            count: How many workers to keep.
            care: Does what goes on beside the requests.
            follower: Is told how they come and go.
        """
        self.count = count
        self.workers: set[WorkerProcess] = set()
        self.ready: Ready | None = None
        self.problem: Problem | None = None
        self._starter = starter
        self._settings = settings
        self._care = care
        self._follower = follower
        self._starting = self._started = 0
        self._failures = FailedStarts()
        self._draining = False

    async def start(self) -> None:
        """Start all workers and wait for the first.

        Raises:
            AnOpsError: `MODEL_LOAD`: the first can't load the model.
        """
        first = await self._spawn()
        self.ready = first.ready
        self._add(first)
        for _ in range(self.count - 1):
            self._start_one(pause=0.0)

    def figures(self) -> WorkerFigures:
        """Say how the workers are."""
        return WorkerFigures(
            tuple(
                WorkerFigure(worker.pid, int(worker.memory_mb() * 1024 * 1024), worker.answered)
                for worker in sorted(self.workers, key=lambda worker: worker.pid)
            ),
            wanted=self.count,
            restarted=max(self._started - self.count, 0),
        )

    def terms(self, worker: WorkerProcess) -> Terms:
        """Return until when a worker may be lent."""
        most = self._settings.worker_max_requests
        return Terms(
            requests=max(most - worker.answered, 1) if most else 0, memory_mb=self._settings.worker_max_memory_mb
        )

    def replaces(self, worker: WorkerProcess) -> bool:
        """Replace a worker that has answered or grown as much as it may, and say whether it is one."""
        if self._draining or not self._is_spent(worker):
            return False
        log.info("worker %d is replaced after %d requests", worker.pid, worker.answered)
        self.workers.discard(worker)
        self._starting += 1
        self._care.run(self._replace(worker))
        return True

    def end(self, worker: WorkerProcess) -> None:
        """End a worker, whose prediction takes too long."""
        log.warning("worker %d was ended: a prediction took too long", worker.pid)
        worker.kill()
        self.lost(worker)  # at once: the system may take a while to end it

    def lost(self, worker: WorkerProcess) -> None:
        """Take a dead worker out and start another, once."""
        if worker not in self.workers:
            return
        self.workers.discard(worker)
        self._follower.left(worker)
        if not self.workers:
            self._follower.changed()
        if self._draining and not self.workers:
            self._follower.hopeless(STOPPING)
        # one that has worked is replaced at once; one that has not, after a pause
        self._start_one(pause=0.0 if worker.answered else 0.2)

    def fill(self) -> None:
        """Start what is missing, of which nobody else has thought, and what the next worker is started from."""
        for _ in range(0 if self._draining else self.count - len(self.workers) - self._starting):
            log.error("there was a worker too few: a fault of AnOps, fixed")
            self._start_one(pause=AGAIN_PAUSE)
        if not self._draining:
            self._care.run(self._starter.renew())

    def drain(self) -> None:
        """Replace no worker from now on."""
        self._draining = True

    async def close(self) -> None:
        """End all workers."""
        await asyncio.gather(*(worker.close() for worker in self.workers), self._starter.close())

    def _is_spent(self, worker: WorkerProcess) -> bool:
        most, memory = self._settings.worker_max_requests, self._settings.worker_max_memory_mb
        return bool((most and worker.answered >= most) or (memory and worker.memory_mb() > memory))

    def _add(self, worker: WorkerProcess) -> None:
        self._failures.forget()
        self.problem = None
        self._started += 1
        self.workers.add(worker)
        self._care.run(self._monitor(worker))
        self._follower.joined(worker)
        if len(self.workers) == 1:
            self._follower.changed()

    async def _replace(self, worker: WorkerProcess) -> None:
        await worker.close()
        if not self.workers:
            self._follower.changed()
        await self._keep_one(pause=0.0)

    async def _monitor(self, worker: WorkerProcess) -> None:
        status = await worker.wait()
        if worker in self.workers and not self._draining:
            log.warning("worker %d died (%s)", worker.pid, describe_exit(status))
        self.lost(worker)

    def _start_one(self, *, pause: float) -> None:
        self._starting += 1
        self._care.run(self._keep_one(pause=pause))

    async def _keep_one(self, *, pause: float) -> None:
        try:
            while not self._draining:
                await asyncio.sleep(pause)
                begun = time.monotonic()
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
                pause = self._failures.pause(time.monotonic() - begun)
        finally:
            self._starting -= 1

    def _failed_to_start(self, problem: Problem) -> None:
        self._failures.note()
        log.error("a worker could not start (attempt %d): %s", self._failures.count, problem.message)
        if self.workers or not self._failures.are_a_loop:
            return
        self.problem = Problem(Code.NOT_READY, problem.message, remedy=problem.remedy, call=problem.call)
        self._follower.hopeless(self.problem)

    async def _spawn(self) -> WorkerProcess:
        started = time.monotonic()
        worker = await self._starter.start()
        log.info("worker %d is ready after %.2f s", worker.pid, time.monotonic() - started)
        return worker
