"""One worker seen from the supervisor: started, asked, and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from typing import TYPE_CHECKING, Self

import msgspec
from anops_model_interface.errors import AnOpsError, Code, Problem

from anops_model_service.channel import Kind, Pipe
from anops_model_service.worker import Ready

if TYPE_CHECKING:
    from pathlib import Path

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""One thread of linear algebra per worker unless the environment says otherwise; read when numpy is imported."""


class WorkerProcess:
    """A running worker.

    Attributes:
        ready: What it said of itself.
        answered: How many requests it has answered.
    """

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        pipe: Pipe,
        ready: Ready,
        ended: asyncio.Task[int],
    ) -> None:
        self._process = process
        self._ended = ended
        self._pipe = pipe
        self.ready = ready
        self.answered = 0

    @classmethod
    async def start(cls, folder: Path, *, start_seconds: float) -> Self:
        """Start a worker and wait until its model is loaded.

        Args:
            folder: The project's.
            start_seconds: How long loading may take.

        Raises:
            AnOpsError: `MODEL_LOAD`: what the worker said, or that it died or took too long.
        """
        ours, theirs = socket.socketpair()
        # of its own, to be removed however the worker ends: R and others leave files there when they are killed
        scratch = tempfile.mkdtemp(prefix="anops-worker-")
        environment = dict.fromkeys(ONE_THREAD, "1") | dict(os.environ) | {"TMPDIR": scratch}
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "anops_model_service.worker",
                f"--pipe={theirs.fileno()}",
                f"--project={folder}",
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                # what a model prints belongs in the log
                stdout=sys.stderr.fileno(),
                env=environment,
            )
        ended = asyncio.create_task(_sweep_after(process, scratch))
        _, pipe = await asyncio.get_running_loop().create_connection(Pipe, sock=ours)
        try:
            async with asyncio.timeout(start_seconds):
                kind, body = await pipe.expect()
        except ConnectionError:
            pipe.close()
            status = await asyncio.shield(ended)
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"Can't load the model: its process died ({describe_exit(status)}) while loading.",
                remedy=_REMEDY_KILLED if status == -9 else None,
            ) from None
        except TimeoutError:
            await _kill(process, pipe, ended)
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"Can't load the model: it took longer than {start_seconds:g} seconds.",
                remedy="Allow more with ANOPS_START_SECONDS.",
            ) from None
        except asyncio.CancelledError:
            await _kill(process, pipe, ended)
            raise
        if kind is Kind.FAILED:
            pipe.close()
            await asyncio.shield(ended)
            raise AnOpsError.of(Problem.from_bytes(body))
        return cls(process, pipe, msgspec.json.decode(body, type=Ready), ended)

    @property
    def pid(self) -> int:
        """The process ID."""
        return self._process.pid

    async def ask(self, request: bytes) -> bytes:
        """Send a request and wait for its answer; one at a time.

        Raises:
            AnOpsError: The worker's problem; `WORKER_DIED` where it died over it.
        """
        try:
            answer = self._pipe.expect()
            self._pipe.send(Kind.PREDICT, request)
            kind, body = await answer
        except ConnectionError:
            status = await asyncio.shield(self._ended)
            raise AnOpsError(
                Code.WORKER_DIED,
                f"Can't predict: the model's process died ({describe_exit(status)}) over this request.",
                remedy=_REMEDY_KILLED if status == -9 else None,
            ) from None
        self.answered += 1
        if kind is Kind.PROBLEM:
            raise AnOpsError.of(Problem.from_bytes(body))
        return body

    async def wait(self) -> int:
        """Wait until the process has ended and return its status, negative for a signal."""
        return await asyncio.shield(self._ended)

    async def kill(self) -> None:
        """End it at once, whatever it does."""
        await _kill(self._process, self._pipe, self._ended)

    async def close(self, *, seconds: float = 2.0) -> None:
        """Let it end by itself: it does when its pipe closes; kill it where that takes too long."""
        self._pipe.close()
        try:
            async with asyncio.timeout(seconds):
                await asyncio.shield(self._ended)
        except TimeoutError:
            await self.kill()

    def memory_mb(self) -> float:
        """Return its resident memory in MiB; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:  # noqa: PTH123  a few µs, per request
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        except OSError:
            return 0.0


_REMEDY_KILLED = "If nobody killed it, the machine ran out of memory: give it more, or use fewer workers."


def describe_exit(status: int) -> str:
    """Say how a process ended: "exit code 1", "signal SIGKILL"."""
    import signal  # noqa: PLC0415  a name that would shadow

    if status >= 0:
        return f"exit code {status}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-status).name}"
    return f"signal {-status}"


async def _sweep_after(process: asyncio.subprocess.Process, scratch: str) -> int:
    """Wait for a process's end, remove its temporary files, and return its status."""
    status = await process.wait()
    await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    return status


async def _kill(process: asyncio.subprocess.Process, pipe: Pipe, ended: asyncio.Task[int]) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    pipe.close()
    await asyncio.shield(ended)
