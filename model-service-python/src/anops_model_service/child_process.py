"""A process that this one started or took over, until its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import ClassVar

UNKNOWN = 255
"""The exit status where something else has waited for the process before."""


class ChildProcess:
    """A child process.

    It is noticed by a file descriptor of the process where the system has those (Linux), else by a thread.

    Attributes:
        pid: Its process ID.
    """

    _alive: ClassVar[set[int]] = set()

    def __init__(self, pid: int) -> None:
        """Watch a child.

        Args:
            pid: A child of this process that nobody else waits for.
        """
        self.pid = pid
        self._loop = asyncio.get_running_loop()
        self._status: asyncio.Future[int] = self._loop.create_future()
        self._alive.add(pid)
        try:
            descriptor = os.pidfd_open(pid)
        except (AttributeError, OSError):
            threading.Thread(target=self._wait_in_thread, name=f"wait-{pid}", daemon=True).start()
        else:
            self._loop.add_reader(descriptor, self._reap, descriptor)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._status.done()

    async def wait(self) -> int:
        """Wait until it has ended and return its status, negative for a signal."""
        return await asyncio.shield(self._status)

    def kill(self) -> None:
        """End it at once; nothing where it has ended."""
        if not self.has_ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _reap(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        self._ended(_status_of(self.pid))

    def _wait_in_thread(self) -> None:
        status = _status_of(self.pid)
        # the loop may be closed: the process goes on ending without anybody who wants to know
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended, status)

    def _ended(self, status: int) -> None:
        self._alive.discard(self.pid)
        if not self._status.done():
            self._status.set_result(status)

    @classmethod
    def reap_strangers(cls) -> None:
        """Take note of the end of processes that dead workers left to this one: nobody else would."""
        for thread in Path("/proc/self/task").glob("*/children"):
            with contextlib.suppress(OSError, ValueError):
                for pid in map(int, thread.read_text(encoding="ascii").split()):
                    if pid not in cls._alive:
                        os.waitpid(pid, os.WNOHANG)


def _status_of(pid: int) -> int:
    try:
        _, status = os.waitpid(pid, 0)
    except ChildProcessError:
        return UNKNOWN
    return os.waitstatus_to_exitcode(status)
