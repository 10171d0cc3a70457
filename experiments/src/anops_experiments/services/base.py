"""What all services share: tasks from arguments, and waiting for handles."""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from concurrent.futures import as_completed, wait
from typing import TYPE_CHECKING, Self

from anops_experiments.failures import Failure
from anops_experiments.results import Provenance, SimulationResult
from anops_experiments.tasks import SimulationTask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from anops_experiments.contracts import Handle
    from anops_experiments.tasks import Scalar
    from anops_experiments.wire import Answer


class BaseService(ABC):
    """A service that is asked for batches."""

    @abstractmethod
    def submit_batch(self, tasks: Iterable[SimulationTask]) -> list[Handle]:
        """Ask for many runs."""

    def cancel(self, handles: Iterable[Handle]) -> None:
        """Take back what has not been done."""
        for each in handles:
            if not each.done():
                finish(each, SimulationResult(each.task, failure=Failure("cancelled", "It was no longer wanted.")))

    def close(self) -> None:  # noqa: B027  not every service has something to end
        """End the service."""

    def submit(
        self,
        fn_ref: str,
        params: Mapping[str, Scalar],
        seed: int,
        *,
        bundle_ref: str | None = None,
        outputs: Sequence[str] = (),
    ) -> Handle:
        """Ask for one run."""
        return self.submit_batch([SimulationTask(fn_ref, params, seed, bundle_ref, tuple(outputs))])[0]

    def as_completed(self, handles: Iterable[Handle]) -> Iterator[SimulationResult]:
        """Yield results as they come."""
        for each in as_completed(handles):
            yield each.result()

    def gather(self, handles: Iterable[Handle]) -> list[SimulationResult]:
        """Wait for results, and return them in the order of the handles."""
        asked = list(handles)
        wait(asked)  # woken once: to be woken for each costs more than a quick task
        return [each.result() for each in asked]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def finish(handle: Handle, result: SimulationResult) -> None:
    """Give a handle its result; one that has been taken back keeps what it has."""
    if not handle.done():
        handle.set_result(result)


def result_of(
    task: SimulationTask, got: Answer | Failure, worker: str, language: str, attempts: int
) -> SimulationResult:
    """Return the result that an answer is."""
    if isinstance(got, Failure):
        return SimulationResult(task, failure=got, provenance=Provenance(worker, language, attempts, 0.0, 0.0))
    _, _, seconds, started = got.first
    provenance = Provenance(worker, language, attempts, float(seconds), float(started))
    if not got.ok:
        return SimulationResult(task, failure=got.failure(), provenance=provenance)
    try:
        scalars, tables = got.outputs()
    except (ValueError, KeyError, struct.error) as error:  # of Arrow and of texts as well: it costs this task alone
        said = f"What the function returned can't be kept: {error}"
        return SimulationResult(task, failure=Failure("error", said), provenance=provenance)
    return SimulationResult(task, scalars, tables, provenance=provenance)
