"""Runs one training: the host of its steps, and the engine that asks for them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.output_lines import lines_of
from anops_control.process_groups import ProcessGroup
from anops_control.training.hosting import StepHost, Told
from anops_control.training.runs import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.events import Events
    from anops_control.run_lines import RunLine
    from anops_control.training.engine import Engine
    from anops_control.training.hosting import StepEnded, StepProgram
    from anops_control.training.plan import TrainingPlan
    from anops_control.training.runs import Runs, TrainingRun

LOG = "engine.log"
"""What the engine printed."""


@dataclass(slots=True)
class Training:
    """One run on its way.

    Attributes:
        plan: What is to be done.
        run: What is kept of it.
        runs: Where.
        engine: What runs the steps.
        program: What does them.
        environ: The environment variables of the steps.
        events: Where it tells what it does.
        label: What stands before the names of its steps, where several run side by side.
    """

    plan: TrainingPlan
    run: TrainingRun
    runs: Runs
    engine: Engine
    program: StepProgram
    environ: Mapping[str, str]
    events: Events
    label: str = ""
    failure: StepEnded | None = None
    """The step that failed, once one did."""

    async def go(self, cancelled: asyncio.Event) -> TrainingRun:
        """Run it, and return how it ended."""
        with self.runs.held(self.run):
            return await self._held(cancelled)

    async def _held(self, cancelled: asyncio.Event) -> TrainingRun:
        # also of an attempt that was killed before it could say what the engine calls it
        resumed = (self.engine.identity(self.plan.run) or self.run.engine) if self.run.attempts > 1 else None
        self.run = replace(self.run, engine=resumed)
        self.runs.put(self.run)
        if self.run.attempts == 1:
            self.plan.tell()
        facts = {"event": "training started", "run": self.run.name, "folder": str(self.plan.run), "resumed": resumed}
        told_of = {"config": self.plan.config, "seed": self.plan.seed, "code": self.plan.code}
        self._tell({**facts, **told_of, "provider": self.run.provider})
        told = Told(starting=self._starting, line=self._line, told=self._told, ended=self._ended)
        async with StepHost(self.plan, self.program, self.environ, told) as host:
            code = await self._engine(host, resumed, cancelled)
        identity = self.engine.identity(self.plan.run) or self.run.engine
        state = RunState.DONE if code == 0 else RunState.FAILED
        self.run = replace(self.run, engine=identity, state=RunState.CANCELLED if cancelled.is_set() else state)
        if host.failed is not None:
            self.run = replace(self.run, failed_step=host.failed.step, message=host.failed.message)
        elif self.run.state is RunState.FAILED:
            self.run = replace(self.run, message=f"{self.engine.name} ended with exit code {code}.")
        self.runs.put(self.run)
        if self.run.state is RunState.DONE:
            self.runs.tidy(self.run)
        self._tell({"event": "training ended", **self.run.to_dict(), "run": self.run.name})
        self.failure = host.failed
        return self.run

    async def _engine(self, host: StepHost, resumed: str | None, cancelled: asyncio.Event) -> int:
        command, variables = self.engine.command(self.plan.run, resumed=resumed)
        removed = {name: value for name, value in self.environ.items() if not name.startswith("METAFLOW_RUN_")}
        group = await ProcessGroup.start(
            command,
            cwd=self.plan.folder,
            env={**removed, **variables, "ANOPS_STEP_HOST": str(host.address)},
            stderr=asyncio.subprocess.STDOUT,
        )
        reading = asyncio.create_task(self._read(group))
        ended = asyncio.create_task(group.wait())
        stopped = asyncio.create_task(cancelled.wait())
        try:
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                await host.stop()
            await group.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reading, 2)
            return await ended
        finally:
            stopped.cancel()
            reading.cancel()

    async def _read(self, group: ProcessGroup) -> None:
        if group.process.stdout is None:
            return
        with (self.plan.run / LOG).open("a", encoding="utf-8") as log:
            async for line in lines_of(group.process.stdout):
                log.write(line + "\n")
                log.flush()

    def _starting(self, step: str) -> None:
        self._tell({"event": "step started", "run": self.run.name, "step": step}, f"{self.label}{step} …")

    def _line(self, text: str, step: str) -> None:
        self.events.line(text, f"{self.label}{step}")

    def _told(self, line: RunLine) -> None:
        self._tell({"event": "told", "run": self.run.name, **line.to_dict()})

    def _ended(self, ended: StepEnded) -> None:
        self.run = replace(self.run, steps={**self.run.steps, ended.step: round(ended.seconds, 3)})
        if ended.metrics:
            self.run = replace(self.run, metrics=dict(ended.metrics))
        self.runs.put(self.run)
        facts = {"event": "step ended", "run": self.run.name, "step": ended.step, "ok": ended.ok}
        text = f"{self.label}{ended.step}: {ended.seconds:.1f} s" if ended.ok else ""
        self._tell(facts | {"seconds": round(ended.seconds, 3)}, text)

    def _tell(self, facts: Mapping[str, object], text: str = "") -> None:
        self.events.state(facts, text=text, source=str(facts.get("step") or "") or None)


def failure_of(run: TrainingRun, failed: StepEnded | None, folder: Path, *, is_one: bool) -> CommandError:
    """Return what a person is told of a run that failed: the step, its log, and how to go on.

    Args:
        run: It.
        failed: The step; None: no step failed.
        folder: Its folder.
        is_one: Whether it ran alone; one of a sweep must be named to go on.
    """
    then = "ao train --resume" if is_one else f"ao train --resume {run.name}"
    if failed is None:
        log = folder / LOG
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:] if log.exists() else []
        return CommandError(
            f"The training {run.name} failed, and no step of it did. {run.message}",
            details=[*last, f"Its log: {log}"],
            command=then,
            code=Code.TRAINING_FAILED,
        )
    details = [f"Where: {failed.where}"] if failed.where else []
    details.append(f"Log: {failed.log}")
    if failed.remedy:  # which may end with a command, so that nothing is put behind it
        details.append(f"To go on with this step after that: {then}")
    remedy = failed.remedy or f"Fix the step, then go on with it: {then}"
    return CommandError(failed.message, details=details, remedy=remedy, code=Code.TRAINING_FAILED)
