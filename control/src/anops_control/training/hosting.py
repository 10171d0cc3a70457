"""The process of the project's own language that does the steps of a run: one for all of them, while it lives."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from anops_project.packages import CLIENT, distribution_of

from anops_control.output_lines import lines_of
from anops_control.process_groups import ProcessGroup
from anops_control.r_debugging import R_AT_A_TERMINAL, R_DEBUG
from anops_control.rules.install_r import install_package
from anops_control.run_lines import VARIABLE, Follower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from anops_control.run_lines import RunLine
    from anops_control.training.plan import TrainingPlan

_HERE = Path(__file__).parent
_END = "\x1e"


@dataclass(frozen=True, slots=True)
class StepEnded:
    """How a step ended.

    Attributes:
        step: Its name.
        ok: Whether it did what it must.
        seconds: How long it took.
        message: What went wrong.
        remedy: What fixes it, where that is known.
        where: The line of the person's code: "train.py, line 12".
        log: The file of what it printed.
        metrics: What `evaluate` returned.
    """

    step: str
    ok: bool
    seconds: float
    message: str = ""
    remedy: str | None = None
    where: str | None = None
    log: Path | None = None
    metrics: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """Who hears what happens in the steps.

    Attributes:
        starting: A step starts.
        line: A step printed a line.
        told: A step told something of the run.
        ended: A step ended.
    """

    starting: Callable[[str], None]
    line: Callable[[str, str], None]
    told: Callable[[RunLine], None]
    ended: Callable[[StepEnded], None]


@dataclass(frozen=True, slots=True)
class StepProgram:
    """What does the steps of a run.

    Attributes:
        command: The program with its arguments.
        variables: What it needs in its environment.
        lacking: How a package that a step lacks is got, with `{}` for its name; None: it is installed here.
    """

    command: list[str]
    variables: dict[str, str]
    lacking: str | None = None


def step_program(plan: TrainingPlan, python: Path, *, debug: bool = False) -> StepProgram:
    """Return the program that does the steps on this computer."""
    variables = {VARIABLE: str(plan.lines), "ANOPS_RUN_SEED": str(plan.seed)}
    if plan.language == "r":
        variables["ANOPS_TRAINING_PLAN"] = str(plan.file)
        variables["ANOPS_TRAINING_STEPS"] = str(_HERE / "r_steps")
        script = str(_HERE / "r_steps" / "main.R")
        if debug:
            variables |= {"ANOPS_TRAINING_DEBUG": "yes", "ANOPS_DEBUG_FILE": script}
            variables["R_PROFILE_USER"] = str(R_DEBUG)
            return StepProgram([*R_AT_A_TERMINAL], variables)
        return StepProgram(["Rscript", "--no-save", "--no-restore", script], variables)
    variables |= {"PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": str(plan.seed % 2**32)}
    script = str(_HERE / "python_steps")
    return StepProgram([str(python), script, str(plan.file), *(["--debug"] if debug else [])], variables)


class StepHost:
    """Does the steps that an engine asks for, in one process while it lives, and in another after that.

    Attributes:
        address: The Unix socket at which an engine asks.
        failed: The step that failed, once one did.
    """

    def __init__(self, plan: TrainingPlan, program: StepProgram, environ: Mapping[str, str], told: Told) -> None:
        self._plan = plan
        self._told = told
        self._program = program
        self._environ = {**environ, **program.variables}
        self._place = TemporaryDirectory(prefix="ao-train-")  # short: the path of a socket has 100 characters
        self.address = Path(self._place.name) / "steps"
        self.failed: StepEnded | None = None
        self._child: ProcessGroup | None = None
        self._reading: asyncio.Task[None] | None = None
        self._step = ""
        self._log: Path | None = None
        self._marked = asyncio.Event()
        self._lock = asyncio.Lock()
        self._follower = Follower(plan.lines)

    async def __aenter__(self) -> Self:
        list(self._follower.new())  # what an attempt before this one told is known
        self._server = await asyncio.start_unix_server(self._serve, str(self.address))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self.stop()
        self._tell_lines()
        self._place.cleanup()

    async def stop(self) -> None:
        """End the process that does the steps."""
        child, self._child = self._child, None
        if child is not None:
            if child.process.stdin is not None:
                child.process.stdin.close()
            await child.close(grace_seconds=1.0)
        if self._reading is not None:
            self._reading.cancel()

    async def perform(self, step: str) -> StepEnded:
        """Do a step."""
        async with self._lock:
            self._step, self._log = step, self._plan.run / "logs" / f"{step}.log"
            self._log.write_text("", encoding="utf-8")
            self._told.starting(step)
            clock = asyncio.get_running_loop().time
            started = clock()
            answer = await self._asked(step)
            self._tell_lines()
            ended = StepEnded(
                step=step,
                ok=bool(answer["ok"]),
                seconds=float(answer.get("seconds") or clock() - started),
                message=str(answer.get("message") or ""),
                remedy=self._install(answer) or answer.get("remedy"),
                where=answer.get("where"),
                log=self._log,
                metrics=answer.get("metrics") or {},
            )
            if not ended.ok:
                self.failed = ended
            self._told.ended(ended)
            return ended

    async def _asked(self, step: str) -> dict[str, Any]:
        child = await self._living()
        reply = self._plan.run / "reply.json"  # in the project: a container sees it there
        reply.unlink(missing_ok=True)
        self._marked.clear()
        request = f"{step}\t{reply}" if self._plan.language == "r" else json.dumps({"step": step, "reply": str(reply)})
        waiting = [asyncio.create_task(self._marked.wait()), asyncio.create_task(child.wait())]
        try:
            if child.process.stdin is None:  # pragma: no cover  it is a pipe
                raise RuntimeError("the steps have no standard input")
            with contextlib.suppress(ConnectionError):
                child.process.stdin.write(f"{request}\n".encode())
                await child.process.stdin.drain()
            while not any(each.done() for each in waiting):
                await asyncio.wait(waiting, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
                self._tell_lines()
        finally:
            for each in waiting:
                each.cancel()
        if not self._marked.is_set() and self._reading is not None:
            await asyncio.wait({self._reading}, timeout=2)
        if reply.exists():
            answer: dict[str, Any] = json.loads(reply.read_text(encoding="utf-8"))
            return answer
        code = await child.wait()
        await self.stop()
        return {"ok": False, **_said_of(step, code)}

    async def _living(self) -> ProcessGroup:
        if self._child is None or not self._child.running:
            await self.stop()
            self._child = await ProcessGroup.start(
                self._program.command,
                cwd=self._plan.folder,
                env=self._environ,
                stdin=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            self._reading = asyncio.create_task(self._read(self._child))
        return self._child

    async def _read(self, child: ProcessGroup) -> None:
        if child.process.stdout is None:
            return
        async for line in lines_of(child.process.stdout):
            text, mark, _ = line.partition(_END)
            if text or not mark:
                if self._log is not None:
                    with self._log.open("a", encoding="utf-8") as opened:
                        opened.write(text + "\n")
                self._told.line(text, self._step)
            if mark:
                self._marked.set()

    def _install(self, answer: Mapping[str, Any]) -> str | None:
        """Say how to install the package that a step did not find, by the name that it is installed by."""
        named = answer.get("missing")
        if not named:
            return None
        package = named if self._plan.language == "r" else distribution_of(named) or named.partition(".")[0]
        return self._program.lacking.format(package) if self._program.lacking else _installed_here(package, answer)

    def _tell_lines(self) -> None:
        for each in self._follower.new():
            self._told.told(each)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            request = json.loads(await reader.readline())
            ended = await self.perform(str(request["step"]))
            told = {
                "ok": ended.ok, "message": ended.message, "seconds": ended.seconds, "metrics": dict(ended.metrics),
            }  # fmt: skip
            writer.write(json.dumps(told).encode() + b"\n")
            await writer.drain()
        writer.close()


def _installed_here(package: str, answer: Mapping[str, Any]) -> str:
    if package == CLIENT:
        return f"Install the client of AnOps: ao client {'python' if 'python' in answer else 'r'} --install"
    if "python" in answer:
        return f"Install `{package}` where the model is trained: {answer['python']} -m pip install {package}"
    return f"Install it: {install_package(package)}"


def _said_of(step: str, code: int) -> dict[str, str | None]:
    if code >= 0:
        ended = f"`{step}` ended its process with exit code {code}, before it returned."
        return {"message": ended, "remedy": f"Let `{step}` return, and raise an error where it can't."}
    number = -code
    name = signal.Signals(number).name if number in {each.value for each in signal.Signals} else "an unknown one"
    remedy = None
    if name == "SIGKILL":
        remedy = "Where memory was short, the system kills what takes most: give it less data, or more memory."
    return {"message": f"`{step}` was killed by signal {number} ({name}).", "remedy": remedy}
