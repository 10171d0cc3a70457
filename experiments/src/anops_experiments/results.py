"""What comes back from a task: scalars, tables, how long it took, and where it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from anops_experiments.failures import Failure
    from anops_experiments.tasks import SimulationTask

Value = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where and by what a result was made.

    Attributes:
        worker: The process: "host:pid".
        language: The language and its version: "R 4.2.2".
        attempts: How many times the task was tried.
        seconds: How long the function took.
        started: When it began, as seconds since 1970.
    """

    worker: str
    language: str
    attempts: int
    seconds: float
    started: float


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """The result of a task, or why there is none.

    Attributes:
        task: The task.
        scalars: Outputs of one value, by name. A function that returns a bare value has the output `value`.
        tables: Outputs that are tables, by name.
        failure: Why there is no result.
        provenance: Where it was made; None where it never ran.
    """

    task: SimulationTask
    scalars: Mapping[str, Value] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    failure: Failure | None = None
    provenance: Provenance | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a result."""
        return self.failure is None

    def require(self) -> SimulationResult:
        """Return the result itself.

        Raises:
            ExperimentError: The task failed.
        """
        if self.failure is None:
            return self
        where = [f"Where: {self.failure.where}"] if self.failure.where else []
        trace = [self.failure.trace] if self.failure.trace else []
        raise ExperimentError(
            f"`{self.task.fn_ref}` failed with {dict(self.task.params)} and seed {self.task.seed}: "
            f"{self.failure.message}",
            details=[*where, *trace],
        )
