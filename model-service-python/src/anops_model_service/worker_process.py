"""One worker seen from the supervisor: asked, and ended."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_worker import linux
from anops_worker.channel import PipeKind, send_connection
from anops_worker.ready import Ready

from anops_model_service.connecting import connect, end_of
from anops_model_service.exits import describe_exit, remedy_for

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from anops_worker.channel import Pipe
    from anops_worker.lent import Terms

    from anops_model_service.child_process import ChildProcess

log = logging.getLogger("anops.service")

MADE_UP_SECONDS = 10.0
"""How long a trial with rows that nobody sent may take, at the most."""


class WorkerProcess:
    """A running worker.

    Attributes:
        ready: What it said of itself.
        asked: How many requests it was sent.
        answered: How many requests it has answered.
    """

    def __init__(
        self, child: ChildProcess, pipe: Pipe, ours: socket.socket, ready: Ready, ended: asyncio.Task[int]
    ) -> None:
        self._child = child
        self._socket = ours
        self._ended = ended
        self._pipe = pipe
        self.ready = ready
        self.asked = 0
        self.answered = 0
        self._asked_at = 0.0
        self._answer: asyncio.Future[tuple[PipeKind, bytes]] | None = None

    @classmethod
    async def meet(cls, child: ChildProcess, ours: socket.socket, scratch: Path, *, start_seconds: float) -> Self:
        """Wait until a worker that was started is ready.

        Args:
            child: Its process.
            ours: This end of its pipe.
            scratch: The folder for its temporary files: R and others leave files when they are killed.
            start_seconds: How long it may take.

        Raises:
            AnOpsError: `MODEL_LOAD`: what the worker said, or that it died or took too long.
        """
        ended = asyncio.create_task(_sweep_after(child, scratch))
        pipe, body = await connect(child, ours, start_seconds=start_seconds)
        return cls(child, pipe, ours, msgspec.json.decode(body, type=Ready), ended)

    @property
    def pid(self) -> int:
        """The process ID."""
        return self._child.pid

    def ask(self, request: bytes) -> asyncio.Future[tuple[PipeKind, bytes]]:
        """Send a request, one at a time, and return what will be its answer: `read()` it."""
        self._answer = answer = self._pipe.expect()
        self.asked += 1
        self._asked_at = time.monotonic()
        self._pipe.send(PipeKind.PREDICT, request)
        return answer

    @property
    def busy_seconds(self) -> float | None:
        """For how long it has had a request; None where it has answered all."""
        if self._answer is None or self._answer.done():
            return None
        return time.monotonic() - self._asked_at

    async def read(self, answer: asyncio.Future[tuple[PipeKind, bytes]]) -> bytes:
        """Wait for the answer to a request; who is cancelled meanwhile may come back for it.

        Raises:
            AnOpsError: The worker's problem; `WORKER_DIED` where it died over it.
        """
        try:
            kind, body = await asyncio.shield(answer)
        except ConnectionError:
            raise await self._died() from None
        self.answered += 1
        if kind is PipeKind.PROBLEM:
            raise AnOpsError.of(Problem.from_bytes(body))
        return body

    def lend(self, connection: socket.socket, terms: Terms) -> asyncio.Future[tuple[PipeKind, bytes]]:
        """Have it answer on a connection until that ends, and return what it will say then: `take_back()` it."""
        returned = self._pipe.expect()
        with suppress(OSError):  # where it has died, its pipe says so
            send_connection(self._socket, terms.to_bytes(), connection)
        return returned

    async def take_back(self, returned: asyncio.Future[tuple[PipeKind, bytes]]) -> None:
        """Wait until the connection that it was lent to has ended.

        Raises:
            AnOpsError: `WORKER_DIED`: it died over a request, or without one.
        """
        try:
            _, body = await asyncio.shield(returned)
        except ConnectionError:
            raise await self._died() from None
        answered = int.from_bytes(body, "little")
        self.asked += answered
        self.answered += answered

    async def _died(self) -> AnOpsError:
        status = await self.wait()
        return AnOpsError(
            Code.WORKER_DIED,
            f"Can't predict: the model's process died ({describe_exit(status)}) over this request.",
            remedy=remedy_for(status),
        )

    async def try_out(self, *, within: float) -> bool:
        """Have it try whether the model predicts, before it gets a request; where not, it is ended.

        Args:
            within: How many seconds that may take.

        Returns:
            Whether it lives. It may die or hang over rows that were made from the schema: no caller has sent such, so
            that proves nothing of the model.

        Raises:
            AnOpsError: The model fails; or its process died over its reference rows, or takes too long for them.
        """
        made_up = not self.ready.has_reference
        within = min(within, MADE_UP_SECONDS) if made_up else within
        try:
            answer = self._pipe.expect()
            self._pipe.send(PipeKind.TRY, b"")
            async with asyncio.timeout(within):
                kind, body = await answer
        except ConnectionError:
            status = await self.wait()
            if made_up:
                return _untried(f"its process died ({describe_exit(status)})")
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"The model is not ready: its process died ({describe_exit(status)}) over a trial prediction.",
                remedy=remedy_for(status) or "See what it said in the log, above; `ao check` tries the model too.",
            ) from None
        except TimeoutError:
            self.kill()
            if made_up:
                return _untried(f"that took longer than {within:g} seconds")
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"The model is not ready: a trial prediction took longer than {within:g} seconds.",
                remedy="Allow more with ANOPS_START_SECONDS.",
            ) from None
        except asyncio.CancelledError:
            self._child.kill()
            raise
        if kind is PipeKind.PROBLEM:
            self.kill()
            raise AnOpsError.of(Problem.from_bytes(body))
        return True

    async def wait(self) -> int:
        """Wait until the process has ended and return its status, negative for a signal."""
        return await asyncio.shield(self._ended)

    def kill(self) -> None:
        """End it, whatever it does; the system may take a while for that."""
        if self._answer is not None:
            self._answer.add_done_callback(_take_note)  # it will not come, and nobody waits for it
        self._child.kill()
        self._pipe.close()

    async def close(self) -> None:
        """Let it end by itself: it does when its pipe closes; kill it where that takes too long."""
        self._pipe.close()
        await end_of(self._child)
        await self.wait()

    def memory_mb(self) -> float:
        """Return its resident memory in MiB, shared or not; 0 where the system does not tell."""
        return linux.resident_mb(self.pid)


def _take_note(answer: asyncio.Future[tuple[PipeKind, bytes]]) -> None:
    if not answer.cancelled():
        answer.exception()


def _untried(what: str) -> bool:
    log.warning(
        "the model could not be tried: it has no reference rows, and with rows made from ao.toml %s. "
        "Give rows that it predicts: ao check --data FILE.csv --accept-predictions",
        what,
    )
    return False


async def _sweep_after(child: ChildProcess, scratch: Path) -> int:
    """Wait for a process's end, remove its temporary files, and return its status."""
    status = await child.wait()
    await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    return status
