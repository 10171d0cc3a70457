"""A fork server seen from the supervisor: a process that has loaded the model and forks workers from itself."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from anops_model_interface.errors import AnOpsError, Problem
from anops_worker.channel import PipeKind
from anops_worker.orders import send_order

from anops_model_service.child_process import ChildProcess
from anops_model_service.connecting import connect, said
from anops_model_service.worker_process import WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from anops_worker.channel import Pipe

    from anops_model_service.launching import Launched


FORK_SECONDS = 10.0
"""How long a fork may take; that of a process of many gigabytes takes a second."""

FORKED_SECONDS = 30.0
"""How long a forked worker may take until it is ready: it has the model already."""


class CanNotForkError(Exception):
    """The fork server must not be forked; the text says why."""


class ForkServerGoneError(Exception):
    """The fork server has ended."""


class ForkServer:
    """A process that has loaded the model.

    It either forks any number of workers, or becomes one itself.
    """

    def __init__(self, launched: Launched, child: ChildProcess, pipe: Pipe, *, start_seconds: float) -> None:
        self._launched = launched
        self._child = child
        self._pipe = pipe
        self._start_seconds = start_seconds

    @classmethod
    async def meet(cls, launched: Launched, *, start_seconds: float) -> Self:
        """Wait until a process that was launched has loaded the model.

        Args:
            launched: The process.
            start_seconds: How long that may take.

        Raises:
            AnOpsError: `MODEL_LOAD`: what the process said, or that it died or took too long.
        """
        launched.taken = True
        child = ChildProcess(launched.pid)
        launched.control.setblocking(False)  # noqa: FBT003  its only form
        pipe, _ = await connect(child, launched.control, start_seconds=start_seconds)
        return cls(launched, child, pipe, start_seconds=start_seconds)

    @property
    def pid(self) -> int:
        """The process ID."""
        return self._child.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self._child.has_ended

    async def fork(self, scratch: Path) -> WorkerProcess:
        """Have it fork a worker; one at a time.

        Args:
            scratch: The folder for the worker's temporary files.

        Raises:
            CanNotForkError: It must not; it may still become a worker itself.
            ForkServerGoneError: It has ended, or does not answer and was ended.
            AnOpsError: `MODEL_LOAD`: the worker can't be started.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                send_order(self._launched.control, PipeKind.FORK, scratch, theirs)
            kind, body = await said(self._child, self._pipe.expect(), within=min(self._start_seconds, FORK_SECONDS))
        except (OSError, TimeoutError) as error:  # it has closed its end, or hangs
            ours.close()
            self._child.kill()
            raise ForkServerGoneError from error
        except asyncio.CancelledError:
            ours.close()
            raise
        if kind is PipeKind.FORKED:
            worker = ChildProcess(int.from_bytes(body, "little"))
            start_seconds = min(self._start_seconds, FORKED_SECONDS)
            return await WorkerProcess.meet(worker, ours, scratch, start_seconds=start_seconds)
        ours.close()
        if kind is PipeKind.CANNOT_FORK:
            raise CanNotForkError(body.decode())
        raise AnOpsError.of(Problem.from_bytes(body))

    async def become_worker(self) -> WorkerProcess:
        """Have it become a worker itself; it is a fork server no more.

        Raises:
            AnOpsError: `MODEL_LOAD`: it died, or took too long.
        """
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):  # where it has died, its pipe will say so
            send_order(self._launched.control, PipeKind.SERVE, self._launched.scratch, theirs)
        self._pipe.close()
        return await WorkerProcess.meet(self._child, ours, self._launched.scratch, start_seconds=self._start_seconds)

    async def close(self) -> None:
        """End it; workers that it has forked live on."""
        self._child.kill()
        self._pipe.close()
        await self._child.wait()
