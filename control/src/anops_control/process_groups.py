"""Child processes that end with `ao`: each in a group of its own, with a guard that outlives even SIGKILL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_GUARD = 'read _; kill -TERM -"$0" 2>/dev/null || exit 0; sleep 3; kill -KILL -"$0" 2>/dev/null'
"""Waits until the pipe from `ao` closes, which happens however `ao` ends, and then ends the group `$0`."""


class ProcessGroup:
    """A child process and everything it starts.

    Attributes:
        process: The child itself.
    """

    def __init__(self, process: asyncio.subprocess.Process, guard: asyncio.subprocess.Process) -> None:
        self.process = process
        self._guard = guard

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        stdin: int = asyncio.subprocess.DEVNULL,
        stdout: int = asyncio.subprocess.PIPE,
        stderr: int = asyncio.subprocess.PIPE,
    ) -> Self:
        """Start a command in a process group of its own.

        Args:
            command: The program and its arguments.
            cwd: The folder it runs in.
            env: Its environment variables; by default those of this process.
            stdin: Where its standard input comes from.
            stdout: Where its standard output goes.
            stderr: Where its standard error goes.

        Raises:
            OSError: The program can't be started.
        """
        starting = asyncio.create_task(cls._start(command, cwd, env, (stdin, stdout, stderr)))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:  # asyncio loses a process, and its pipes, whose start is cancelled half way
            with contextlib.suppress(OSError, TimeoutError):
                started = await starting
                await started.close(signal.SIGKILL)
                await asyncio.wait_for(started.process.communicate(), 1)  # to the end of its pipes
            raise

    @classmethod
    async def _start(
        cls, command: Sequence[str], cwd: Path, env: Mapping[str, str] | None, streams: tuple[int, int, int]
    ) -> Self:
        stdin, stdout, stderr = streams
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            guard = await asyncio.create_subprocess_exec(
                *("/bin/sh", "-c", _GUARD, str(process.pid)),
                cwd="/",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except BaseException:  # no further process can be started
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
        return cls(process, guard)

    @property
    def running(self) -> bool:
        """Whether the child itself has not ended."""
        return self.process.returncode is None

    def send(self, signal_number: int) -> None:
        """Send a signal to the whole group, where there is one left."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal_number)

    async def wait(self) -> int:
        """Wait until the child itself ends, and return its exit code; negative for a signal."""
        return await self.process.wait()

    async def drain(self, *, grace_seconds: float) -> None:
        """Ask the child itself to end, which ends what it started in its own way; then end what is left.

        Args:
            grace_seconds: How long it may take to finish its work.
        """
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), grace_seconds)
        await self.close()

    async def close(self, *signals: int, grace_seconds: float = 3.0) -> None:
        """End the whole group: each signal in turn, with time to obey it, then SIGKILL.

        Args:
            signals: What is sent first; SIGTERM where none is named.
            grace_seconds: How long each signal has.
        """
        for number in signals or (signal.SIGTERM,):
            if not self._has_members():
                break
            self.send(number)
            await self._gone(grace_seconds)
        if self._has_members():
            self.send(signal.SIGKILL)
        await self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            self._guard.kill()
        await self._guard.wait()
        if self._guard.stdin is not None:  # a pipe that is left open is told of when the loop is gone
            self._guard.stdin.close()
            with contextlib.suppress(ConnectionError):
                await self._guard.stdin.wait_closed()

    async def _gone(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.process.wait()
                while self._has_members():  # noqa: ASYNC110  there is no event for grandchildren
                    await asyncio.sleep(0.02)

    def _has_members(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True
