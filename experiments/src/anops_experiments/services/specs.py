"""How the processes that run a service's functions are started, for each language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anops_experiments.workers.worker_process import WorkerSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_experiments.tasks import Language


def specs_of(
    folder: Path | str, given: Iterable[WorkerSpec], *, python: str, timeout: float | None, memory: int | None
) -> dict[Language, WorkerSpec]:
    """Return how a process of each language is started.

    Args:
        folder: Where the code is.
        given: What a person says of some; these stay as they are.
        python: The Python of all others; R is that on PATH.
        timeout: How many seconds a task may take there.
        memory: How many bytes a process may take there.
    """
    place = str(Path(folder).resolve())
    programs: dict[Language, str] = {"python": python, "r": "Rscript"}
    usual = {
        language: WorkerSpec(language, place, program, {}, timeout, memory) for language, program in programs.items()
    }
    return usual | {each.language: each for each in given}
