"""What is kept of each training in the project's `.anops/training`: its plan, how it went, its logs, its model."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.training.plan import TrainingPlan

_RECORD = "run.json"


class RunState(StrEnum):
    """What became of a run."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """A run of a training.

    Attributes:
        name: Its name, which is that of its folder too.
        state: What became of it.
        started: When, in ISO 8601.
        language: What its steps are written in.
        code: The file with its steps.
        workflow: Which of several workflows.
        config: What its steps read of the configuration.
        seed: Where its chance began.
        artifact: The file of its model, in its folder.
        engine: What the engine calls it.
        steps: How long each step took, in seconds.
        metrics: What it was worth.
        failed_step: The step that failed.
        message: What went wrong there.
        attempts: How often it was begun or resumed.
        provider: Whose job it was; None: its steps ran on this computer.
    """

    name: str
    state: RunState
    started: str
    language: str
    code: str
    workflow: str | None
    config: dict[str, Any]
    seed: int
    artifact: str
    engine: str | None = None
    steps: dict[str, float]
    metrics: dict[str, float | str]
    failed_step: str | None = None
    message: str = ""
    attempts: int = 1
    provider: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self) | {"state": self.state.value}


class Runs:
    """The runs of a project."""

    def __init__(self, project: Path) -> None:
        self.folder = project / ".anops" / "training"

    def place(self) -> Path:
        """Make the folder of a new run."""
        own = self.folder.parent
        self.folder.mkdir(parents=True, exist_ok=True)
        ignore = own / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        name = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{token_hex(2)}"
        place = self.folder / name
        place.mkdir()
        return place

    def put(self, run: TrainingRun) -> None:
        """Keep how a run is."""
        file = self.folder / run.name / _RECORD
        partial = file.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(run.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
        partial.replace(file)

    def all(self) -> list[TrainingRun]:
        """Return the runs, the newest last."""
        found = []
        for file in sorted(self.folder.glob(f"*/{_RECORD}")):
            try:
                told = json.loads(file.read_text(encoding="utf-8"))
                found.append(TrainingRun(**told | {"state": RunState(told["state"])}))
            except (ValueError, TypeError, KeyError):
                continue  # of another version, or written by hand
        return found

    def to_resume(self, name: str | None) -> TrainingRun:
        """Return the run to go on with: the named one, or the last that has not ended well.

        Raises:
            CommandError: There is none, or it has ended well.
        """
        runs = self.all()
        if name is None:
            waiting = [run for run in runs if run.state is not RunState.DONE]
            if not waiting:
                raise CommandError("No training waits to be resumed.", command="ao train", code=Code.USAGE)
            return waiting[-1]
        known = {run.name: run for run in runs}
        if name not in known:
            guess = nearest(name, known)
            last = runs[-1].name if runs else None
            raise CommandError(
                f"There is no training `{name}`.",
                remedy=f"Did you mean `{guess}`?" if guess else f"The last one is `{last}`." if last else None,
                code=Code.USAGE,
            )
        if known[name].state is RunState.DONE:
            raise CommandError(
                f"The training `{name}` has ended well: there is nothing to resume.",
                command="ao train",
                code=Code.USAGE,
            )
        return known[name]

    @contextmanager
    def held(self, run: TrainingRun) -> Iterator[None]:
        """Keep everybody else off a run while it goes on.

        Raises:
            CommandError: Somebody else has it.
        """
        with (self.folder / run.name / "lock").open("w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CommandError(
                    f"The training `{run.name}` is still going on, in another process.",
                    remedy="Wait until it has ended.",
                    code=Code.USAGE,
                ) from error
            yield

    def tidy(self, run: TrainingRun) -> None:
        """Take away what only a resumed run would need."""
        for name in ("state", "job"):
            shutil.rmtree(self.folder / run.name / name, ignore_errors=True)


def begun(plan: TrainingPlan, provider: str | None) -> TrainingRun:
    """Return a run that begins, here or as the job of a provider."""
    return TrainingRun(
        name=plan.run.name,
        state=RunState.RUNNING,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        language=plan.language,
        code=plan.code,
        workflow=plan.workflow,
        config=plan.config,
        seed=plan.seed,
        artifact=plan.artifact,
        steps={},
        metrics={},
        provider=provider,
    )


def again(run: TrainingRun, provider: str | None) -> TrainingRun:
    """Return a run that goes on, here or as the job of a provider."""
    return replace(
        run, state=RunState.RUNNING, failed_step=None, message="", attempts=run.attempts + 1, provider=provider
    )
