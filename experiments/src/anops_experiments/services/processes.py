"""Runs tasks in processes of this machine, kept warm, or a new one for each task."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING

from anops_experiments.contracts import Handle
from anops_experiments.failures import ExperimentError, Failure
from anops_experiments.results import SimulationResult
from anops_experiments.services.base import BaseService, finish
from anops_experiments.services.specs import specs_of
from anops_experiments.tasks import FunctionRef
from anops_experiments.workers.running import Runner

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from anops_experiments.tasks import Language, SimulationTask
    from anops_experiments.workers.worker_process import WorkerSpec


class ProcessSimulationService(BaseService):
    """Runs tasks in local processes, one task at a time in each.

    Args:
        folder: Where the code is.
        workers: How many processes; by default as many as there are processors.
        cold: Whether each task has a process of its own, for models that leak state.
        attempts: How many times a task that fails is tried.
        timeout: How many seconds a task may take.
        memory: How many bytes a worker may take.
        specs: How a worker is started, by the language; by default this Python and the R on PATH.
    """

    def __init__(
        self,
        folder: Path | str = ".",
        *,
        workers: int | None = None,
        cold: bool = False,
        attempts: int = 2,
        timeout: float | None = None,
        memory: int | None = None,
        specs: Iterable[WorkerSpec] = (),
    ) -> None:
        self._specs = specs_of(folder, specs, python=sys.executable, timeout=timeout, memory=memory)
        self._cold = cold
        self._attempts = attempts
        self._queues: dict[Language, deque[Handle]] = {"python": deque(), "r": deque()}
        self._changed = threading.Condition()
        self._closed = False
        self._count = workers or len(os.sched_getaffinity(0))
        self._threads: dict[Language, list[threading.Thread]] = {"python": [], "r": []}
        self._runners: set[Runner] = set()

    def submit_batch(self, tasks: Iterable[SimulationTask]) -> list[Handle]:
        """Ask for many runs."""
        handles = [Handle(task) for task in tasks]
        languages: set[Language] = set()
        with self._changed:
            if self._closed:
                raise ExperimentError("The service has been closed.")
            for each in handles:
                language = FunctionRef.read(each.task.fn_ref).language
                languages.add(language)
                self._queues[language].append(each)
            for language in languages:
                self._start(language)
            self._changed.notify_all()
        return handles

    def close(self) -> None:
        """End the workers; what was not done is cancelled."""
        with self._changed:
            self._closed = True
            left = [each for queue in self._queues.values() for each in queue]
            for queue in self._queues.values():
                queue.clear()
            self._changed.notify_all()
        self.cancel(left)
        for each in tuple(self._runners):
            each.interrupt()
        for threads in self._threads.values():
            for thread in threads:
                thread.join()

    def _start(self, language: Language) -> None:
        threads = self._threads[language]
        while len(threads) < min(self._count, len(self._queues[language]) + len(threads)):
            thread = threading.Thread(target=self._serve, args=(language,), name=f"simulations-{language}", daemon=True)
            threads.append(thread)
            thread.start()

    def _serve(self, language: Language) -> None:
        runner = Runner(self._specs[language], attempts=self._attempts, cold=self._cold)
        self._runners.add(runner)
        on_the_way: dict[int, Handle] = {}

        def take() -> tuple[SimulationTask, int] | None:
            with self._changed:
                while self._queues[language]:
                    handle = self._queues[language].popleft()
                    if not handle.done():  # it may have been cancelled
                        on_the_way[id(handle.task)] = handle
                        return handle.task, 0
            return None

        try:
            while self._has_work(language):
                for ended in runner.run(take):
                    finish(on_the_way.pop(id(ended.task)), ended.result())
        finally:
            runner.close()
            self._runners.discard(runner)
            for handle in on_the_way.values():
                finish(handle, SimulationResult(handle.task, failure=Failure("lost", "The service was closed.")))

    def _has_work(self, language: Language) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._queues[language])
            return not self._closed
