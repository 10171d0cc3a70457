"""The port behind which experiments are run; who does is found by its entry point."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol

from anops_model_interface.codes import Code

from anops_control.extras.opening import opened, told_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

GROUP = "anops.experiments"
"""The group of entry points by which a distribution offers to run experiments."""
COMMAND = "ao extra add experiments"


class Laboratory(Protocol):
    """Runs the experiments of a project, and keeps what they found. What it tells can be written as JSON."""

    error: type[Exception]
    """What it raises: `message`, `details` and `remedy` say what a person reads."""

    def language(self, function: str) -> Literal["python", "r"]:
        """Return what a function is written in."""

    def plan(self, folder: Path, name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a run would do: how many parameter sets, replicates, tasks, and how many are finished."""

    def run(
        self,
        folder: Path,
        name: str,
        settings: Mapping[str, Any],
        *,
        program: str,
        environ: Mapping[str, str],
        cluster: Mapping[str, Any] | None,
        tell: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool],
        code: Path | None = None,
    ) -> dict[str, Any]:
        """Run what is not finished.

        Args:
            folder: The project.
            name: The experiment.
            settings: The keys of `[experiments.NAME]`; `memory` is a number of bytes.
            program: The Python, or `Rscript`.
            environ: Environment variables of the function's processes.
            cluster: How a cluster is reached: its `address`, and as workspaces tell it `certificate`, `key`, and
                whether it `runs` the programs named here or its own; None: this computer.
            tell: Hears of progress and of failures, as facts.
            stopped: Says whether it is wanted no more.
            code: The folder of the code and data, below the project's, where it is not the project's own.
        """

    def calibrate(
        self,
        folder: Path,
        name: str,
        settings: Mapping[str, Any],
        *,
        program: str,
        environ: Mapping[str, str],
        cluster: Mapping[str, Any] | None,
        tell: Callable[[Mapping[str, Any]], None],
        stopped: Callable[[], bool],
    ) -> dict[str, Any]:
        """Find parameters by what was observed, with the keys of `[calibrations.NAME]`; otherwise as `run`."""

    def settings(self, folder: Path, name: str) -> dict[str, Any]:
        """Return what an experiment was run with last."""

    def status(self, folder: Path, name: str) -> dict[str, Any]:
        """Return how far it is."""

    def results(
        self,
        folder: Path,
        name: str,
        target: Path | None,
        *,
        exact: bool,
        summed: bool = False,
        table: str | None = None,
    ) -> dict[str, Any]:
        """Write what was found, or what was made of each parameter set, into a file; with `table`, that output."""

    def cancel(self, folder: Path, name: str) -> bool:
        """Let a run end; return whether there was one."""

    def names(self, folder: Path) -> list[str]:
        """Return the experiments that were begun."""


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """Give who runs experiments; what goes wrong there is told as a command's error.

    Raises:
        CommandError: The extra is not installed, or what was asked can't be done.
    """
    who: Laboratory = opened("experiments", GROUP, "Experiments are run", COMMAND)
    with told_as(Code.EXPERIMENT_FAILED, who.error):
        yield who
