"""Runs tasks through one worker after the other, and tries again what a worker was lost with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_experiments.failures import ExperimentError, Failure
from anops_experiments.workers.requests import request
from anops_experiments.workers.worker_process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from anops_experiments.results import SimulationResult
    from anops_experiments.tasks import SimulationTask
    from anops_experiments.wire import Answer
    from anops_experiments.workers.worker_process import WorkerSpec

_ON_THE_WAY_BYTES = 40_000
"""How much is asked for beyond the task at work: less than a pipe holds, so that nobody waits for the other."""
_AHEAD_SECONDS = 0.2
"""How long a worker has enough to do: longer than who asks it may have to wait for a processor."""
_MOST_AHEAD = 256
_FEWEST_SECONDS = 1e-4
"""What a task takes at least, with the way to it and back."""
_MOST_REST = 0.02


@dataclass(frozen=True, slots=True)
class Ended:
    """A task that has ended.

    Attributes:
        task: The task.
        got: What came of it.
        worker: Who did it.
        language: In which language.
        attempts: How many times it was tried.
    """

    task: SimulationTask
    got: Answer | Failure
    worker: str
    language: str
    attempts: int

    def result(self) -> SimulationResult:
        """Return it as a result."""
        from anops_experiments.services.base import result_of  # noqa: PLC0415  it is above

        return result_of(self.task, self.got, self.worker, self.language, self.attempts)


class Runner:
    """Runs tasks through a worker that it starts when there is work, and again when one is lost.

    Args:
        spec: The worker.
        attempts: How many times a task is tried at most.
        cold: Whether each task has a process of its own.
    """

    def __init__(self, spec: WorkerSpec, *, attempts: int, cold: bool = False) -> None:
        self._spec = spec
        self._attempts = attempts
        self._cold = cold
        self._worker: WorkerProcess | None = None
        self._seconds = 0.0
        self._interrupted = False

    @property
    def ahead(self) -> int:
        """How many tasks may be on the way at once: more of quick ones, so that nobody waits for the other."""
        if self._cold or not self._seconds:
            return 1
        return max(1, min(_MOST_AHEAD, int(_AHEAD_SECONDS / self._seconds)))

    def _rest(self, under_way: int) -> float:
        """Return how long to leave a worker alone that has enough to do: being woken for each answer costs it time."""
        return min(_MOST_REST, self._seconds * under_way / 4) if under_way > self.ahead // 2 and self.ahead > 1 else 0.0

    def run(self, take: Callable[[], tuple[SimulationTask, int] | None]) -> Iterator[Ended]:
        """Yield tasks as they end.

        Args:
            take: Gives the next task and how many times it was tried, or None where there is none for now.
        """
        waiting: deque[tuple[SimulationTask, int, int]] = deque()
        again: deque[tuple[SimulationTask, int]] = deque()
        while True:
            yield from self._ask(take, waiting, again)
            if not waiting:
                return
            task, tried, _ = waiting[0]
            worker = self._worker
            if worker is None:
                raise RuntimeError("a task is on its way to no worker")
            got = worker.receive(self._spec.timeout, rest=self._rest(len(waiting)))
            if self._interrupted:
                return  # whatever came: nobody wants it
            waiting.popleft()
            if isinstance(got, Failure):
                self.close()
                again.extend((each, before) for each, before, _ in waiting)
                waiting.clear()
            else:
                self._seconds = 0.8 * self._seconds + 0.2 * max(float(got.first[2]), _FEWEST_SECONDS)
            failed = isinstance(got, Failure) or not got.ok
            if failed and tried + 1 < self._attempts:
                again.append((task, tried + 1))
            else:
                yield Ended(task, got, worker.name, worker.language, tried + 1)
            if self._cold:
                self.close()

    def _ask(
        self,
        take: Callable[[], tuple[SimulationTask, int] | None],
        waiting: deque[tuple[SimulationTask, int, int]],
        again: deque[tuple[SimulationTask, int]],
    ) -> Iterator[Ended]:
        ahead = self.ahead
        if len(waiting) > ahead // 2:
            return
        lines, size = [], sum(each for _, _, each in waiting)
        while len(waiting) < ahead and (not waiting or size < _ON_THE_WAY_BYTES):
            found = again.popleft() if again else take()
            if found is None:
                break
            task, tried = found
            if (lost := self._started()) is not None:
                yield Ended(task, lost, "", "", tried + 1)
                continue
            try:
                line = request(task)
            except ExperimentError as error:
                yield Ended(task, Failure("error", error.message), "", "", tried + 1)
                continue
            if waiting and size + len(line) > _ON_THE_WAY_BYTES:
                again.appendleft(found)
                break
            size += len(line)
            lines.append(line)
            waiting.append((task, tried, len(line)))
        if lines and self._worker is not None:
            self._worker.send(b"".join(lines))

    def _started(self) -> Failure | None:
        if self._worker is not None:
            return None
        try:
            worker = WorkerProcess(self._spec)
        except ExperimentError as error:
            return Failure("died", error.message)
        self._worker = worker  # from here on, who interrupts ends it
        lost = worker.start()
        if lost is None and self._interrupted:
            lost = Failure("lost", "It was no longer wanted.")
        if lost is not None:
            self.close()
        return lost

    def interrupt(self) -> None:
        """Let what is being done end without a result; another thread may ask for it."""
        self._interrupted = True
        if (worker := self._worker) is not None:
            worker.kill()

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


def run_through(
    spec: WorkerSpec, tasks: Iterable[SimulationTask], *, attempts: int, cold: bool = False
) -> Iterator[Ended]:
    """Run tasks through a worker of their own."""
    runner, source = Runner(spec, attempts=attempts, cold=cold), iter(tasks)
    try:
        yield from runner.run(lambda: next(((each, 0) for each in source), None))
    finally:
        runner.close()
