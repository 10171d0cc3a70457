"""Runs tasks on a Dask cluster; its workers run the functions in processes of their own, kept warm."""

from __future__ import annotations

import math
import sys
import threading
import uuid
from collections import defaultdict
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from anops_experiments.contracts import Handle
from anops_experiments.failures import Failure
from anops_experiments.results import SimulationResult
from anops_experiments.services.base import BaseService, finish, result_of
from anops_experiments.services.clusters import connected, workspace
from anops_experiments.services.shipping import Code, found
from anops_experiments.services.specs import specs_of
from anops_experiments.tasks import FunctionRef
from anops_experiments.workers.running import Runner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from distributed import Client, Future

    from anops_experiments.tasks import Language, SimulationTask
    from anops_experiments.wire import Answer
    from anops_experiments.workers.worker_process import WorkerSpec

_BATCH_SECONDS = 0.5
_MOST_IN_A_BATCH = 500
_FIRST_BATCHES = 32
"""How many batches each thread gets while nobody knows how long a task takes."""

Back = tuple[int, "Answer | Failure", str, str, int]
"""What a worker of Dask returns of a task: its position in the batch, and the fields of `Ended`."""


class DaskSimulationService(BaseService):
    """Runs tasks on a Dask cluster.

    Args:
        client: A connected client of Dask; it is not closed with the service.
        folder: Where the code is on the workers' machines.
        batch_size: How many tasks one message holds; by default as many as take half a second.
        cold: Whether each task has a process of its own.
        attempts: How many times a task that fails is tried.
        timeout: How many seconds a task may take.
        memory: How many bytes the process of a task may take.
        specs: How a process is started, by the language; by default the Python of the cluster's workers, and its R.
        ships: Whether the workers do not see the folder: its code in R and Python is brought to them.
        files: Patterns of further files that are brought to them.
    """

    def __init__(
        self,
        client: Client,
        folder: Path | str = ".",
        *,
        batch_size: int | None = None,
        cold: bool = False,
        attempts: int = 2,
        timeout: float | None = None,
        memory: int | None = None,
        specs: Iterable[WorkerSpec] = (),
        ships: bool = False,
        files: Sequence[str] = (),
    ) -> None:
        # no program: the Python of the cluster's workers, which nobody here knows
        self._specs = specs_of(folder, specs, python="", timeout=timeout, memory=memory)
        if ships:
            code = Code(Path(folder), files)
            client.register_plugin(code)
            self._specs = {language: replace(each, folder=code.folder) for language, each in self._specs.items()}
        self._client: Any = client  # many of its methods have no types
        self._batch_size = batch_size
        self._cold = cold
        self._attempts = attempts
        self._seconds: float | None = None
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[Future[Any], list[Handle]]] = {}
        self._closes_client = False

    @classmethod
    def from_workspace(cls, name: str, folder: Path | str = ".", **options: Any) -> Self:  # noqa: ANN401  as they are
        """Return a service on a workspace that `ao workspace up` has brought up; the workspace stays.

        Args:
            name: The workspace.
            folder: Where the code is.
            options: The other arguments of the class.

        Raises:
            ExperimentError: There is no such workspace, or it is not up.
        """
        cluster = workspace(name)
        options.setdefault("ships", cluster.get("ships", False))
        made = cls(connected(cluster), cluster["folder"] or folder, **options)
        made._closes_client = True
        return made

    def submit_batch(self, tasks: Iterable[SimulationTask]) -> list[Handle]:
        """Ask for many runs."""
        handles = [Handle(task) for task in tasks]
        by_language: dict[Language, list[Handle]] = defaultdict(list)
        for each in handles:
            by_language[FunctionRef.read(each.task.fn_ref).language].append(each)
        for language, those in by_language.items():
            size = self._batch_size or self._size(len(those))
            for at in range(0, len(those), size):
                self._send(language, those[at : at + size])
        return handles

    def cancel(self, handles: Iterable[Handle]) -> None:
        """Take back what has not begun."""
        super().cancel(handles)
        with self._lock:
            unwanted = [future for future, those in self._under_way.values() if all(each.done() for each in those)]
        if unwanted:
            self._client.cancel(unwanted)

    def close(self) -> None:
        """Take back what has not begun; the cluster and its workers stay."""
        with self._lock:
            left = [each for _, those in self._under_way.values() for each in those]
        self.cancel(left)
        if self._closes_client:
            self._client.close()

    def _size(self, count: int) -> int:
        threads: int = max(1, sum(self._client.nthreads().values()))
        most = math.ceil(count / (4 * threads))
        if self._seconds is None:
            return max(1, min(most, _MOST_IN_A_BATCH, count // (_FIRST_BATCHES * threads)))
        return max(1, min(most, _MOST_IN_A_BATCH, int(_BATCH_SECONDS / self._seconds)))

    def _send(self, language: Language, handles: list[Handle]) -> None:
        # never by the call itself: equal calls would share one result, and a failed one would not run again
        key = f"simulate-{uuid.uuid4().hex}"
        tasks = [each.task for each in handles]
        future = self._client.submit(
            run_batch, self._specs[language], tasks, self._attempts, self._cold, key=key, pure=False
        )
        with self._lock:
            self._under_way[key] = (future, handles)
        future.add_done_callback(lambda ended: self._ended(language, key, ended))

    def _ended(self, language: Language, key: str, future: Future[Any]) -> None:
        with self._lock:
            _, handles = self._under_way.pop(key)
        try:
            back: list[Back] = future.result()
        except BaseException as error:  # noqa: BLE001  of the cluster: a task's own are results
            if len(handles) > 1 and type(error).__name__ == "KilledWorker":
                for each in handles:  # one of them ends the workers: alone it costs no other
                    self._send(language, [each])
                return
            failure = _lost(error)
            for each in handles:
                finish(each, SimulationResult(each.task, failure=failure))
            return
        took = 0.0
        for position, got, worker, spoken, attempts in back:
            result = result_of(handles[position].task, got, worker, spoken, attempts)
            took += result.provenance.seconds if result.provenance else 0.0
            finish(handles[position], result)
        self._seconds = max(took / len(handles), 1e-4)


_idle: dict[tuple[object, ...], list[Runner]] = defaultdict(list)
_idle_lock = threading.Lock()


def run_batch(spec: WorkerSpec, tasks: Sequence[SimulationTask], attempts: int, cold: bool) -> list[Back]:  # noqa: FBT001  as Dask passes it
    """Run tasks where a worker of Dask is; its threads share the warm processes that are idle."""
    spec = replace(spec, program=spec.program or sys.executable, folder=found(spec.folder))
    key = (spec.key, spec.timeout, spec.memory, attempts, cold, frozenset(task.bundle_ref for task in tasks))
    with _idle_lock:
        outdated = [each for each in _idle if each[:-1] == key[:-1] and each[-1] != key[-1]]
        for each in outdated:  # a warm process knows the code that it once read
            for idle in _idle.pop(each):
                idle.close()
        runner = _idle[key].pop() if _idle[key] else Runner(spec, attempts=attempts, cold=cold)
    positions = {id(task): position for position, task in enumerate(tasks)}
    source = iter(tasks)
    try:
        ended = list(runner.run(lambda: next(((task, 0) for task in source), None)))
    except BaseException:
        runner.close()
        raise
    with _idle_lock:
        _idle[key].append(runner)
    return [(positions[id(each.task)], each.got, each.worker, each.language, each.attempts) for each in ended]


def _lost(error: BaseException) -> Failure:
    if isinstance(error, CancelledError) or type(error).__name__ == "FutureCancelledError":
        return Failure("lost", "The cluster lost it: its scheduler has ended, or took it back.")
    if type(error).__name__ == "KilledWorker":
        return Failure("died", "Each worker of the cluster that ran it ended.", trace=str(error))
    return Failure("lost", f"The cluster failed: {type(error).__name__}: {error}")
