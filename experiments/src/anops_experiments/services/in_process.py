"""Runs tasks one by one where they are asked for, so that a debugger and `print` work as usual."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anops_experiments.contracts import Handle
from anops_experiments.services.base import BaseService, finish, result_of
from anops_experiments.tasks import FunctionRef
from anops_experiments.wire import SIZES, Answer
from anops_experiments.workers import python_worker
from anops_experiments.workers.requests import asked
from anops_experiments.workers.running import run_through
from anops_experiments.workers.worker_process import WorkerSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from anops_experiments.tasks import SimulationTask


class InProcessSimulationService(BaseService):
    """Runs Python functions in this very process, and R functions in one R that it waits for.

    Args:
        folder: Where the code is.
    """

    def __init__(self, folder: Path | str = ".") -> None:
        self._folder = Path(folder).resolve()
        python_worker.forget()

    def submit_batch(self, tasks: Iterable[SimulationTask]) -> list[Handle]:
        """Run tasks; all is done when this returns."""
        handles = []
        for task in tasks:
            handle = Handle(task)
            handles.append(handle)
            if FunctionRef.read(task.fn_ref).language == "r":
                for ended in run_through(WorkerSpec.default("r", self._folder), [task], attempts=1):
                    finish(handle, ended.result())
                continue
            with _inside(self._folder):
                framed = python_worker.answer(asked(task))
            head, _ = SIZES.unpack_from(framed)
            answer = Answer(framed[SIZES.size : SIZES.size + head], framed[SIZES.size + head :])
            finish(handle, result_of(task, answer, f"this process:{os.getpid()}", python_worker.language(), 1))
        return handles


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before, path = Path.cwd(), list(sys.path)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path
