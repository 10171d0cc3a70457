"""One service as a process: its log, the line of JSON by which it says that it is up or has failed, its end."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from anops_control.child_environment import child_environment
from anops_control.output_lines import lines_of
from anops_control.process_groups import ProcessGroup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_control.serving.service_log import ServiceLog

_REMEMBERED_LINES = 5
_NOT_HERE = frozenset(
    {
        *("ANOPS_TLS_CERTIFICATE", "ANOPS_TLS_KEY", "ANOPS_TLS_CLIENT_CA"),
        *("ANOPS_MODEL_CA", "ANOPS_MODEL_CLIENT_CERTIFICATE", "ANOPS_MODEL_CLIENT_KEY"),
        *("ANOPS_HTTPS_CERTIFICATE", "ANOPS_HTTPS_KEY"),
    }
)
"""Settings of services on different computers: between those of one, on loopback, nothing is encrypted."""
_LOG_FORMAT = "ANOPS_LOG_FORMAT"


def log_format() -> dict[str, str]:
    """Return the flag by which an api-service writes its log for a person, unless the environment says how."""
    return {} if _LOG_FORMAT in child_environment() else {"--log-format": "text"}


class ServiceProcess:
    """A running service.

    Attributes:
        group: Its process, and everything that starts.
        last_lines: The last lines it said, for the case that it ends without a reason.
    """

    def __init__(self, name: str, group: ProcessGroup, log: ServiceLog) -> None:
        self.group = group
        self.last_lines: list[str] = []
        self._name = name
        self._log = log
        self._event: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._held: list[str] | None = None
        self._reading = [asyncio.create_task(self._read_stdout()), asyncio.create_task(self._read_stderr())]

    @classmethod
    async def start(cls, name: str, command: Sequence[str], *, folder: Path, log: ServiceLog) -> ServiceProcess:
        """Start a service.

        Args:
            name: What its lines are marked with.
            command: The program and its arguments.
            folder: Where it runs.
            log: Where its lines go.
        """
        own = {name: value for name, value in child_environment().items() if name not in _NOT_HERE}
        return cls(name, await ProcessGroup.start(command, cwd=folder, env=own), log)

    async def first_event(self) -> dict[str, Any] | None:
        """Wait until it says that it is up or has failed, and return what it said; None where it just ended."""
        ended = asyncio.create_task(self._ended())
        either: set[asyncio.Future[Any]] = {ended, self._event}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        event = self._event.result() if self._event.done() else None
        if event is None or event.get("event") != "failed":
            self._release()
        return event

    async def wait(self) -> int:
        """Wait until it ends, and return its exit code; negative for a signal."""
        return await self.group.wait()

    async def stop(self, *, grace_seconds: float) -> None:
        """Let it finish its requests and end it, with all it started."""
        await self.group.drain(grace_seconds=grace_seconds)
        await asyncio.wait(self._reading, timeout=1)
        for reading in self._reading:
            reading.cancel()

    async def _ended(self) -> None:
        await self.group.wait()
        await asyncio.wait(self._reading, timeout=1)

    async def _read_stdout(self) -> None:
        if self.group.process.stdout is None:
            return
        async for line in lines_of(self.group.process.stdout):
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict) and "event" in event:
                if not self._event.done():
                    self._event.set_result(event)
            else:
                self._say(line)

    async def _read_stderr(self) -> None:
        if self.group.process.stderr is None:
            return
        async for line in lines_of(self.group.process.stderr):
            # A problem that keeps it from starting comes as JSON too, and is shown from that.
            if self._held is None and line.startswith("✖") and not self._event.done():
                self._held = []
            if self._held is None:
                self._say(line)
            else:
                self._held.append(line)

    def _release(self) -> None:
        held, self._held = self._held or [], None
        for line in held:
            self._say(line)

    def _say(self, line: str) -> None:
        self.last_lines = [*self.last_lines, line][-_REMEMBERED_LINES:]
        self._log.line(self._name, line)
