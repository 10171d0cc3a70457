"""What a service that runs simulations can do, whichever engine is behind it; importing it imports no engine."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from anops_experiments.results import SimulationResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from anops_experiments.tasks import Scalar, SimulationTask

CONTRACT_VERSION = "1.1"
"""The version of these contracts: the first number changes where a caller would break."""


class Handle(Future[SimulationResult]):
    """Stands for a result that will come. It never raises for a task that failed: the result says why.

    Attributes:
        task: What was asked.
    """

    def __init__(self, task: SimulationTask) -> None:
        super().__init__()
        self.task = task


@runtime_checkable
class SimulationService(Protocol):
    """Runs tasks. The result of a task depends on the task alone: not on the service, the worker or the order."""

    def submit(
        self,
        fn_ref: str,
        params: Mapping[str, Scalar],
        seed: int,
        *,
        bundle_ref: str | None = None,
        outputs: Sequence[str] = (),
    ) -> Handle:
        """Ask for one run.

        Args:
            fn_ref: The function: `package.module:function` or `file.R:function`.
            params: Its parameters.
            seed: The seed of random numbers.
            bundle_ref: What the code is in; by default the folder that the service was given.
            outputs: Which outputs are wanted; by default all.

        Raises:
            ExperimentError: The request can't be a task.
        """

    def submit_batch(self, tasks: Iterable[SimulationTask]) -> list[Handle]:
        """Ask for many runs, which is quicker than one by one."""

    def as_completed(self, handles: Iterable[Handle]) -> Iterator[SimulationResult]:
        """Yield results as they come."""

    def gather(self, handles: Iterable[Handle]) -> list[SimulationResult]:
        """Wait for results, and return them in the order of the handles."""

    def cancel(self, handles: Iterable[Handle]) -> None:
        """Take back what has not begun."""

    def close(self) -> None:
        """End the service and all that it started."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
