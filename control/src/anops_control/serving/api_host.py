"""The api-service of `ao serve`: started on a port that is free, asked whether it has reached the model, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from typing import TYPE_CHECKING, Any

import httpx
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.predicting.client import with_key
from anops_control.predicting.trust import Trust, trusting, verification
from anops_control.serving.ports import choose_port
from anops_control.serving.service_process import ServiceProcess, log_format
from anops_control.serving.urls import url_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.serving.door import Door
    from anops_control.serving.service_log import ServiceLog

_READY_SECONDS = 30.0
_EXIT_PORT = 5


class ApiHost:
    """Keeps the api-service.

    Attributes:
        url: Where it answers; "" as long as it was not started.
    """

    def __init__(self, door: Door, log: ServiceLog, events: Events, *, drain_seconds: float) -> None:
        self.url = ""
        self._door = door
        self._log = log
        self._events = events
        self._drain_seconds = drain_seconds
        self._process: ServiceProcess | None = None

    async def start(
        self, configuration: Configuration, host: str, model_port: int, logged: Mapping[str, object]
    ) -> None:
        """Start it on the project's port, or the next that is free.

        Args:
            configuration: The project.
            host: The name or address to listen on.
            model_port: Where it finds the model on this computer.
            logged: Flags on the log of predictions.

        Raises:
            CommandError: It can't be started.
        """
        wanted = configuration.project.service.port
        deadline = configuration.project.service.deadline_seconds
        while True:
            port = choose_port(host, wanted)
            flags = {
                "--host": host,
                "--port": port,
                "--model-url": f"127.0.0.1:{model_port}",
                "--answer-seconds": max(60.0, 2 * deadline + 10),  # longer than the model's, also behind a hang
                "--drain-seconds": self._drain_seconds,
                "--cors-origins": ",".join(configuration.project.service.cors_origins),
                **log_format(),
                **self._door.flags(),
                **logged,
            }
            command = [
                sys.executable,
                "-P",
                "-m",
                "anops_api_service",
                *(str(p) for flag in flags.items() for p in flag),
            ]
            self._process = await ServiceProcess.start("api", command, folder=configuration.folder, log=self._log)
            event = await self._process.first_event()
            if event is not None and event.get("event") == "listening":
                if wanted not in {0, port}:
                    self._events.warning(f"Port {wanted} is taken; serving on {port}.")
                self.url = url_of(host, int(event["port"]), scheme="https" if self._door.certificates else "http")
                return
            code = await self._process.wait()
            await self._process.stop(grace_seconds=0)
            if code != _EXIT_PORT:
                raise CommandError(
                    f"The api-service could not start (exit code {code}).",
                    details=self._process.last_lines,
                    code=Code.SERVICE_FAILED,
                )
            # someone took the port in the meantime: choose again

    async def card(self) -> dict[str, Any]:
        """Return what it says of its model, once it has reached it.

        Raises:
            CommandError: It does not reach it.
        """
        end = asyncio.get_running_loop().time() + _READY_SECONDS
        said = "it did not answer"
        certificate = self._door.certificates.certificate
        with trusting(None if certificate is None else Trust(certificate, is_its_own=True)):
            verify = verification(self.url)
        headers = with_key(self._door.own_key)
        async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=5, headers=headers) as client:
            while asyncio.get_running_loop().time() < end:
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.get(f"{self.url}/model")
                    if answer.is_success:
                        card: dict[str, Any] = answer.json()
                        return card
                    said = _detail(answer)
                await asyncio.sleep(0.1)
        raise CommandError(
            f"The api-service did not reach the model within {_READY_SECONDS:g} seconds.",
            details=[said],
            code=Code.SERVICE_FAILED,
        )

    async def miss(self) -> None:
        """Wait until it ends by itself.

        Raises:
            CommandError: It has.
        """
        if self._process is not None:
            code = await self._process.wait()
            raise CommandError(
                f"The api-service ended with exit code {code}.",
                details=self._process.last_lines,
                code=Code.SERVICE_FAILED,
            )

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.group.send(signal.SIGKILL)

    async def stop(self) -> None:
        """Let it finish the requests under way, then end it."""
        if self._process is not None:
            await self._process.stop(grace_seconds=self._drain_seconds)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail", answer.text))
    except (json.JSONDecodeError, AttributeError):
        return f"status {answer.status_code}"
