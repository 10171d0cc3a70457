"""The model-service of `ao serve`: started, replaced by one with the changed model, ended."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

from anops_control.environment import interpreter_of, require_loader, require_r
from anops_control.errors import CommandError
from anops_control.serving.service_process import ServiceProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_control.configuration import Configuration
    from anops_control.serving.relay import Relay
    from anops_control.serving.service_log import ServiceLog


class ModelHost:
    """Keeps one model-service behind the relay."""

    def __init__(self, relay: Relay, log: ServiceLog, *, drain_seconds: float) -> None:
        self._relay = relay
        self._log = log
        self._drain_seconds = drain_seconds
        self._current: ServiceProcess | None = None
        self._starting: ServiceProcess | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._loaded = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    async def load(
        self, configuration: Configuration, *, allow: Callable[[Configuration], None] = lambda _: None
    ) -> None:
        """Start a model-service; where its model predicts, it takes the place of the one before.

        Args:
            configuration: The project.
            allow: Raises where the model must not take over.

        Raises:
            AnOpsError: The model can't be loaded.
            CommandError: Its Python can't be used, or the process died.
        """
        async with self._one_at_a_time:
            command = await asyncio.to_thread(model_command, configuration)
            self._starting = await ServiceProcess.start("model", command, folder=configuration.folder, log=self._log)
            try:
                event = await self._starting.first_event()
                if event is None or event.get("event") != "listening":
                    raise await why_not_started(event, self._starting)
                await asyncio.to_thread(allow, configuration)
                self._relay.target = int(event["port"])
                self._retire(self._current)
                self._current, self._starting = self._starting, None
                self._loaded.set()
            finally:
                failed, self._starting = self._starting, None
                if failed is not None:
                    await failed.stop(grace_seconds=0)

    async def ended(self) -> str:
        """Wait until the current model-service ends by itself, and return how."""
        while True:
            await self._loaded.wait()
            current = self._current
            if current is None:
                continue
            code = await current.wait()
            if current is self._current:
                self._loaded.clear()
                self._current = self._relay.target = None
                await current.stop(grace_seconds=0)
                return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"

    async def settled(self) -> None:
        """Wait until those that were replaced have ended."""
        if self._ending:
            await asyncio.wait(set(self._ending))  # unlike gather, it cancels none where it is cancelled

    async def stop(self) -> None:
        """Let requests finish, and end all there is."""
        self._retire(self._current)
        self._current = None
        await self.settled()

    def kill(self) -> None:
        """End all there is at once."""
        for service in (self._current, self._starting):
            if service is not None:
                service.group.send(signal.SIGKILL)

    def _retire(self, service: ServiceProcess | None) -> None:
        if service is not None:
            ending = asyncio.create_task(service.stop(grace_seconds=self._drain_seconds))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


def model_command(configuration: Configuration) -> list[str]:
    """Return what starts the model-service of a project on this computer, on a port that is free.

    Raises:
        CommandError: The Python of the project can't be used, or R is not there.
    """
    project = configuration.project
    interpreter = interpreter_of(project)
    if project.project.language == "r":
        require_r()
    require_loader(interpreter, project.project.language)
    flags = {
        "--project": project.folder,
        "--worker-python": interpreter.path,
        "--port": 0,
        "--workers": project.service.workers,
        "--deadline-seconds": project.service.deadline_seconds,
        "--worker-reload": "false",  # a change is taken in by a service of its own, or not at all
    }
    # -P: a file of the project such as random.py must not hide a module of the service.
    return [
        *(sys.executable, "-P", "-m", "anops_model_service"),
        *(str(part) for flag in flags.items() for part in flag),
    ]


async def why_not_started(event: dict[str, Any] | None, service: ServiceProcess) -> Exception:
    """Return why a model-service did not start, by what it said first."""
    if event is not None and "problem" in event:
        return AnOpsError.of(msgspec.convert(event["problem"], Problem))
    code = await service.wait()
    if code == -signal.SIGKILL:
        return CommandError(
            "The process that loads the model was killed.",
            remedy="Most often the memory ran out: free some, use a smaller model, or `--workers 1`.",
            code=Code.MODEL_LOAD,
        )
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    return CommandError(
        f"The process that loads the model ended {how} before it could answer.",
        details=service.last_lines,
        code=Code.MODEL_LOAD,
    )
